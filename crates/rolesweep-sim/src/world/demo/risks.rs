//! Roles that are risky in ways that the other special cases are not: each breaks a rule that a
//! scanner may have.

use super::{Builder, days};
use crate::world::document::Document;
use crate::world::spec::{AccountSpec, RoleSpec};

impl Builder {
    /// Forgotten roles of pipelines: trusts that are open, and rights that grow.
    pub(super) fn risks(&self, account: &mut AccountSpec) {
        let forgotten = |name: &str, idle: i64| self.old(name).used(self.now - days(idle));
        let github = format!(
            "arn:{}:iam::{}:oidc-provider/token.actions.githubusercontent.com",
            self.partition, account.id
        );
        // Nothing limits `sub`: the operator holds if the key is missing, and `*` fits every value.
        let any_repository = Document::statement(&format!(
            r#""Principal":{{"Federated":"{github}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}},"ForAllValues:StringLike":{{"token.actions.githubusercontent.com:sub":"repo:larkfield/*"}}}}"#
        ));
        let odd_operator = Document::statement(
            r#""Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringMatches":{"aws:PrincipalOrgID":"o-*"}}"#,
        );
        let own_policies = Document::statement(
            r#""Action":["iam:PutRolePolicy","iam:GetRole"],"Resource":"arn:aws:iam::*:role/platform/*""#,
        );
        account
            .role(
                forgotten("github-release", 301)
                    .trusting(any_repository)
                    .attach(self.managed("AdministratorAccess")),
            )
            .role(
                forgotten("artifact-mirror", 150)
                    .trusting(odd_operator)
                    .attach(self.managed("AmazonS3ReadOnlyAccess")),
            )
            .role(
                forgotten("bootstrap", 512)
                    .at_path("/platform/")
                    .trusting(Document::trusting_service("codebuild.amazonaws.com"))
                    .inline("own-policies", own_policies),
            )
            .role(forgotten("inventory-reader", 222).attach(self.managed("SecurityAudit")));
    }

    /// A forgotten role of the management account that may assume a role in every account.
    pub(super) fn vending(&self, account: &mut AccountSpec) {
        let every_account = Document::statement(
            r#""Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/OrganizationAccountAccessRole""#,
        );
        account.role(
            RoleSpec::new("account-vending", self.now - days(820))
                .trusting(Document::trusting_service("lambda.amazonaws.com"))
                .inline("every-account", every_account),
        );
    }
}

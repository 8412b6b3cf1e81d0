//! The documents with what to do with them, for a person to read. Each document begins and ends on lines of its own.

use super::commands::{self, STACK_FILE, STACKSET_FILE};
use super::{Part, SetupText, placeholder};
use crate::text;

/// The whole guide, in the order in which one does it.
pub(super) fn guide(text: &SetupText) -> String {
    let mut out = String::new();
    paragraph(
        &mut out,
        &format!(
            "Rolesweep reads each account through a role of its own, {}, and changes nothing. Two things have to be in place (partition {}).",
            text.input.role_name, text.input.partition
        ),
    );
    caller(&mut out, text);
    roles(&mut out, text);
    scan(&mut out, text);
    to_fill_in(&mut out, text);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn caller(out: &mut String, text: &SetupText) {
    heading(out, 1, "The caller's own permissions");
    paragraph(
        out,
        &format!(
            "For whoever runs the scans, in the management account or in the account of a delegated administrator (of any AWS service). {} needs no permission.",
            super::reads::ALWAYS_ALLOWED.join(", ")
        ),
    );
    out.push_str(text.part(Part::CallerPolicy));
    out.push('\n');
}

fn roles(out: &mut String, text: &SetupText) {
    let input = &text.input;
    heading(out, 2, &format!("The role {} in every account that is to be read", input.role_name));
    paragraph(
        out,
        "By CloudFormation, in member accounts and in those that join later (a service-managed StackSet, whose trusted access has to be on):",
    );
    command(out, &commands::print_part(input, Part::StacksetTemplate, STACKSET_FILE));
    command(out, &commands::deploy_stackset(input));
    paragraph(
        out,
        "StackSets leave the management account out; a plain stack serves there, and for accounts that you want to do one by one:",
    );
    command(out, &commands::print_part(input, Part::StackTemplate, STACK_FILE));
    command(out, &commands::deploy_stack(input));
    paragraph(
        out,
        "Or by your own means, with the two policies below. What the role may do (reads of IAM alone; each session is cut down further to the calls that a scan makes):",
    );
    out.push_str(text.part(Part::PermissionPolicy));
    out.push('\n');
    paragraph(
        out,
        "Who may assume it (its trust policy). The account is the principal, so that it survives a caller that is made anew; the conditions narrow it down to the one caller, in the one organization. Leave none of them out.",
    );
    out.push_str(text.part(Part::TrustPolicy));
    out.push('\n');
    match &input.caller_principal {
        Some(caller) if caller.path_assumed() => paragraph(
            out,
            &format!(
                "An assumed role's ARN does not show the role's path. If {caller} is not the caller's ARN as `aws iam get-role` prints it, pass that one instead."
            ),
        ),
        Some(_) => {}
        None => paragraph(
            out,
            "aws:PrincipalArn holds the ARN of the caller's role, with its path and without a session name. With --caller and what `aws sts get-caller-identity` prints, this command writes it for you. A role of a permission set is at role/aws-reserved/sso.amazonaws.com/REGION/AWSReservedSSO_NAME_… (without REGION where Identity Center's home is us-east-1).",
        ),
    }
}

fn scan(out: &mut String, text: &SetupText) {
    heading(out, 3, "The scan");
    paragraph(out, "With the caller's credentials, first of one account, to see that both are in place:");
    command(out, &commands::scan(&text.input, Some(placeholder::TRIAL)));
    paragraph(out, "Then of all of them:");
    command(out, &commands::scan(&text.input, None));
}

fn to_fill_in(out: &mut String, text: &SetupText) {
    let input = &text.input;
    let caller = input.caller_principal.is_none();
    let region = commands::region(input) == Some(placeholder::REGION);
    let open: Vec<&str> = [
        (caller, placeholder::ACCOUNT),
        (caller, placeholder::CALLER_ROLE),
        (input.organization_id.is_none(), placeholder::ORGANIZATION),
        (region, placeholder::REGION),
        (input.external_id, placeholder::EXTERNAL_ID),
        (true, "ROOT-ID (`aws organizations list-roots`; or ids of OUs, with commas between)"),
        (true, placeholder::TRIAL),
    ]
    .into_iter()
    .filter_map(|(open, word)| open.then_some(word))
    .collect();
    paragraph(out, &format!("Words in capitals are yours to fill in: {}.", open.join(", ")));
}

/// How wide a paragraph is.
const WIDTH: usize = 100;

fn heading(out: &mut String, number: u8, title: &str) {
    out.push_str(&format!("{number}. {title}\n\n"));
}

fn command(out: &mut String, command: &str) {
    for line in command.lines() {
        out.push_str(&format!("    {line}\n"));
    }
    out.push('\n');
}

fn paragraph(out: &mut String, text: &str) {
    out.push_str(&text::wrap(text, WIDTH, 0));
    out.push_str("\n\n");
}

#[cfg(test)]
mod tests {
    use super::super::tests::{filled_in, open};
    use super::super::{SetupInput, render};
    use super::*;

    /// The JSON documents of a guide, cut out by their first and last lines.
    fn cut_out(guide: &str) -> Vec<String> {
        let mut documents = Vec::new();
        let mut current: Option<String> = None;
        for line in guide.lines() {
            if line == "{" {
                current = Some(String::new());
            }
            if let Some(text) = &mut current {
                text.push_str(line);
                text.push('\n');
            }
            if line == "}" {
                documents.extend(current.take());
            }
        }
        documents
    }

    #[test]
    fn the_documents_can_be_cut_out_of_the_guide() {
        let text = render(&filled_in()).unwrap();
        let parts = [Part::CallerPolicy, Part::PermissionPolicy, Part::TrustPolicy];
        assert_eq!(cut_out(&text.to_string()), parts.map(|part| text.part(part).to_owned()));
    }

    #[test]
    fn what_is_left_to_fill_in_is_named_and_nothing_else() {
        for input in [open(), filled_in(), SetupInput { partition: "aws-moon".parse().unwrap(), ..open() }] {
            let guide = render(&input).unwrap().to_string();
            let (before, listed) = guide.rsplit_once("Words in capitals are yours to fill in: ").unwrap();
            // Words of capitals with a dash in them, and the one without.
            let used = |word: &str| {
                before.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|w| w == word)
            };
            for word in [
                placeholder::ACCOUNT,
                placeholder::CALLER_ROLE,
                placeholder::ORGANIZATION,
                placeholder::EXTERNAL_ID,
                placeholder::TARGETS,
                placeholder::TRIAL,
            ] {
                let named = listed.split([' ', ',', '.', '\n']).any(|w| w == word);
                assert_eq!(named, used(word), "{word}: {guide}");
            }
            assert_eq!(listed.contains("REGION"), before.contains("--region REGION"), "{guide}");
        }
    }

    #[test]
    fn two_things_come_before_the_scan_and_a_trial_before_all_of_it() {
        let guide = render(&filled_in()).unwrap().to_string();
        let headings: Vec<&str> =
            guide.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
        insta::assert_snapshot!(headings.join("\n"), @r"
        1. The caller's own permissions
        2. The role audit/RolesweepAudit in every account that is to be read
        3. The scan
        ");
        let (_, scan) = guide.split_once("3. The scan\n").unwrap();
        insta::assert_snapshot!(scan, @r"

        With the caller's credentials, first of one account, to see that both are in place:

            ROLESWEEP_EXTERNAL_ID=EXTERNAL-ID rolesweep scan --region us-gov-west-1 \
                --role-name audit/RolesweepAudit --accounts TRIAL-ACCOUNT-ID

        Then of all of them:

            ROLESWEEP_EXTERNAL_ID=EXTERNAL-ID rolesweep scan --region us-gov-west-1 \
                --role-name audit/RolesweepAudit

        Words in capitals are yours to fill in: EXTERNAL-ID, ROOT-ID (`aws organizations list-roots`; or ids
        of OUs, with commas between), TRIAL-ACCOUNT-ID.
        ");
    }

    #[test]
    fn a_path_that_was_assumed_is_pointed_out() {
        let mut input = filled_in();
        input.caller_principal =
            Some("arn:aws-us-gov:sts::000000000123:assumed-role/Scanner/me".parse().unwrap());
        assert!(render(&input).unwrap().to_string().contains("does not show the role's path"));
        assert!(!render(&filled_in()).unwrap().to_string().contains("does not show the role's path"));
    }
}

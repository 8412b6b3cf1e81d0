//! The guide: the documents, and what to do with them step by step. Each document begins and ends
//! on its own line.

use super::commands;
use super::documents::{CALLER_POLICY, PERMISSION_POLICY, SetupInput, TRUST_POLICY};
use crate::terminal::text;

/// How wide a paragraph is.
const WIDTH: usize = 100;

/// The whole guide, in the order of the steps.
pub(crate) fn guide(input: &SetupInput) -> String {
    let role = &input.role_name;
    let document = |name| input.document(name).unwrap_or_default();
    let mut parts = vec![
        paragraph(&format!(
            "rolesweep reads each account through an audit role, {role}, and changes nothing. Two things have to be in place (partition {}).",
            input.partition
        )),
        "1. The caller's own permissions".to_owned(),
        paragraph(
            "For the identity that runs the scans, in the management account or in the account of a delegated administrator (of any AWS service). \
             sts:GetCallerIdentity needs no permission.",
        ),
        document(CALLER_POLICY),
        format!("2. The role {role} in every account to be read"),
        paragraph(
            "With CloudFormation, in all member accounts and in those that join later (a service-managed StackSet; it needs trusted access):",
        ),
    ];
    parts.extend(commands::stackset(input).map(|command| indented(&command)));
    parts.push(paragraph(
        "StackSets omit the management account. Deploy a plain stack there, and in accounts that you want to set up one by one:",
    ));
    parts.extend(commands::stack(input).map(|command| indented(&command)));
    parts.extend([
        paragraph(
            "Or in your own way, with the two policies below. What the role may do (reads of IAM only; a session policy limits each session to \
             the calls that a scan makes):",
        ),
        document(PERMISSION_POLICY),
        paragraph(
            "Who may assume it (its trust policy). The principal is the account, so the policy still works after the caller's role is deleted and created again. \
             The conditions limit it to this caller in this organization. Keep all of them.",
        ),
        document(TRUST_POLICY),
    ]);
    match &input.caller {
        Some(caller) if caller.path_assumed() => parts.push(paragraph(&format!(
            "An assumed role's ARN does not show the role's path. If `aws iam get-role` prints an ARN other than {caller} for the caller's role, pass that ARN instead."
        ))),
        Some(_) => {}
        None => parts.push(paragraph(
            "aws:PrincipalArn is the ARN of the caller's role, with its path and without a session name. Pass what `aws sts get-caller-identity` prints to \
             --caller, and this command fills it in. The role of a permission set has the path role/aws-reserved/sso.amazonaws.com/REGION/AWSReservedSSO_NAME_… (without REGION if Identity \
             Center's home Region is us-east-1).",
        )),
    }
    parts.extend([
        "3. The scan".to_owned(),
        paragraph("With the caller's credentials, first one account, to see that both are in place:"),
        indented(&commands::scan(input, Some("TRIAL-ACCOUNT-ID"))),
        paragraph("Then all of them:"),
        indented(&commands::scan(input, None)),
    ]);
    let text: String = parts.iter().map(|part| format!("{}\n\n", part.trim_end())).collect();
    format!("{text}{}\n", to_fill_in(&text))
}

/// The placeholders in a text.
fn to_fill_in(text: &str) -> String {
    const PLACEHOLDERS: [(&str, &str); 7] = [
        ("ACCOUNT-ID:", "ACCOUNT-ID"),
        ("CALLER-ROLE", "CALLER-ROLE"),
        ("o-ORGANIZATION-ID", "o-ORGANIZATION-ID"),
        ("--region REGION", "REGION"),
        ("EXTERNAL-ID", "EXTERNAL-ID"),
        ("ROOT-ID", "ROOT-ID (`aws organizations list-roots`; or ids of OUs, separated by commas)"),
        ("TRIAL-ACCOUNT-ID", "TRIAL-ACCOUNT-ID"),
    ];
    let open: Vec<&str> =
        PLACEHOLDERS.into_iter().filter(|(found, _)| text.contains(found)).map(|(_, word)| word).collect();
    paragraph(&format!("Replace the words in capitals: {}.", open.join(", ")))
}

fn paragraph(words: &str) -> String {
    text::wrap(words, WIDTH, 0)
}

fn indented(command: &str) -> String {
    format!("    {}", command.replace('\n', "\n    "))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{filled_in, open};
    use super::*;

    #[test]
    fn the_documents_can_be_cut_out_of_the_guide() {
        let guide = guide(&filled_in());
        let rest = guide.split_inclusive('\n').scan(false, |inside, line| {
            *inside |= line == "{\n";
            let shown = *inside.then_some(line).get_or_insert("");
            *inside &= line != "}\n";
            Some(shown)
        });
        let wanted = [CALLER_POLICY, PERMISSION_POLICY, TRUST_POLICY];
        assert_eq!(rest.collect::<String>(), wanted.map(|name| filled_in().document(name).unwrap()).concat());
    }

    #[test]
    fn what_is_left_to_fill_in_is_named_and_nothing_else() {
        let listed = |input: &SetupInput| {
            let guide = guide(input);
            guide.rsplit_once("Replace the words in capitals: ").unwrap().1.replace('\n', " ")
        };
        const ROOT: &str = "ROOT-ID (`aws organizations list-roots`; or ids of OUs, separated by commas), TRIAL-ACCOUNT-ID. ";
        assert_eq!(listed(&open()), format!("ACCOUNT-ID, CALLER-ROLE, o-ORGANIZATION-ID, {ROOT}"));
        assert_eq!(listed(&filled_in()), format!("EXTERNAL-ID, {ROOT}"));
        let moon = SetupInput { partition: "aws-moon".parse().unwrap(), ..open() };
        assert!(listed(&moon).contains("o-ORGANIZATION-ID, REGION, ROOT-ID"));
    }

    #[test]
    fn two_things_come_before_the_scan_and_a_trial_before_all_of_it() {
        let guide = guide(&filled_in());
        let headings: Vec<&str> =
            guide.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
        insta::assert_snapshot!(headings.join("\n"), @r"
        1. The caller's own permissions
        2. The role audit/RolesweepAudit in every account to be read
        3. The scan
        ");
        let (_, scan) = guide.split_once("3. The scan\n").unwrap();
        insta::assert_snapshot!(scan, @r"

        With the caller's credentials, first one account, to see that both are in place:

            ROLESWEEP_EXTERNAL_ID=EXTERNAL-ID \
                rolesweep scan \
                --region us-gov-west-1 \
                --role-name audit/RolesweepAudit \
                --accounts TRIAL-ACCOUNT-ID

        Then all of them:

            ROLESWEEP_EXTERNAL_ID=EXTERNAL-ID \
                rolesweep scan \
                --region us-gov-west-1 \
                --role-name audit/RolesweepAudit

        Replace the words in capitals: EXTERNAL-ID, ROOT-ID (`aws organizations list-roots`; or ids of OUs,
        separated by commas), TRIAL-ACCOUNT-ID.
        ");
    }

    #[test]
    fn a_path_that_was_assumed_is_pointed_out() {
        let mut input = filled_in();
        input.caller = Some("arn:aws-us-gov:sts::000000000123:assumed-role/Scanner/me".parse().unwrap());
        assert!(guide(&input).contains("does not show the role's path"));
        assert!(!guide(&filled_in()).contains("does not show the role's path"));
    }
}

//! The documents with what to do with them, for a person to read. Each document begins and ends on lines of its own.

use super::{Part, SetupText, placeholder};

/// The whole guide.
pub(super) fn guide(text: &SetupText) -> String {
    let input = &text.input;
    let mut out = String::new();
    let role = &input.role_name;
    paragraph(
        &mut out,
        &format!(
            "Rolesweep reads each account through a role of its own, {role}, and changes nothing. Three things have to be in place (partition {}).",
            input.partition
        ),
    );

    heading(&mut out, 1, &format!("The role {role} in every account that is to be read"));
    paragraph(
        &mut out,
        "By CloudFormation, in member accounts and in those that join later (a service-managed StackSet):",
    );
    command(&mut out, "rolesweep setup --print stackset-template > audit-role-stackset.yaml");
    paragraph(
        &mut out,
        "StackSets leave the management account out; a plain stack serves there, and for accounts that you want to do one by one:",
    );
    command(&mut out, "rolesweep setup --print stack-template > audit-role-stack.yaml");
    paragraph(
        &mut out,
        "Or by your own means, with the two policies below. What the role may do (reads of IAM alone; each session is cut down further to the calls that a scan makes):",
    );
    out.push_str(text.part(Part::PermissionPolicy));
    out.push('\n');
    paragraph(
        &mut out,
        "Who may assume it (its trust policy). The account is the principal, so that it survives a caller that is made anew; the conditions narrow it down to the one caller, in the one organization. Leave none of them out.",
    );
    out.push_str(text.part(Part::TrustPolicy));
    out.push('\n');
    if let Some(caller) = &input.caller_principal
        && caller.path_assumed()
    {
        paragraph(
            &mut out,
            &format!(
                "An assumed role's ARN does not show the role's path. If {caller} is not the caller's ARN as `aws iam get-role` prints it, pass that one instead."
            ),
        );
    }
    if input.caller_principal.is_none() {
        paragraph(
            &mut out,
            "aws:PrincipalArn holds the ARN of the caller's role, with its path and without a session name. A role of a permission set is at role/aws-reserved/sso.amazonaws.com/REGION/AWSReservedSSO_NAME_… (without REGION where Identity Center's home is us-east-1).",
        );
    }

    heading(&mut out, 2, "The caller's own permissions");
    paragraph(
        &mut out,
        &format!(
            "For whoever runs the scans, in the management account or in the account of a delegated administrator (of any AWS service). {} needs no permission.",
            super::reads::ALWAYS_ALLOWED.join(", ")
        ),
    );
    out.push_str(text.part(Part::CallerPolicy));
    out.push('\n');

    heading(&mut out, 3, "The scan");
    let external = if input.external_id {
        format!(" --external-id {}", placeholder::EXTERNAL_ID)
    } else {
        String::new()
    };
    let name = if role == "RolesweepAudit" { String::new() } else { format!(" --role-name {role}") };
    command(&mut out, &format!("rolesweep scan{name}{external}"));
    let open: Vec<&str> = [
        (input.caller_principal.is_none(), placeholder::ACCOUNT),
        (input.caller_principal.is_none(), "CALLER-ROLE"),
        (input.organization_id.is_none(), placeholder::ORGANIZATION),
        (input.external_id, placeholder::EXTERNAL_ID),
    ]
    .into_iter()
    .filter_map(|(open, word)| open.then_some(word))
    .collect();
    if !open.is_empty() {
        paragraph(&mut out, &format!("Words in capitals are yours to fill in: {}.", open.join(", ")));
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// How wide a paragraph is.
const WIDTH: usize = 100;

fn heading(out: &mut String, number: u8, title: &str) {
    out.push_str(&format!("{number}. {title}\n\n"));
}

fn command(out: &mut String, line: &str) {
    out.push_str(&format!("    {line}\n\n"));
}

fn paragraph(out: &mut String, text: &str) {
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out.push_str("\n\n");
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::super::tests::{filled_in, open};
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
        let parts = [Part::PermissionPolicy, Part::TrustPolicy, Part::CallerPolicy];
        assert_eq!(cut_out(&text.to_string()), parts.map(|part| text.part(part).to_owned()));
    }

    #[test]
    fn what_is_left_to_fill_in_is_named_and_nothing_else() {
        let guide = render(&open()).unwrap().to_string();
        assert!(
            guide.ends_with(
                "Words in capitals are yours to fill in: ACCOUNT-ID, CALLER-ROLE, o-ORGANIZATION-ID.\n"
            ),
            "{guide}"
        );
        let guide = render(&filled_in()).unwrap().to_string();
        assert!(
            guide.contains("rolesweep scan --role-name audit/RolesweepAudit --external-id EXTERNAL-ID\n")
        );
        assert!(guide.ends_with("fill in: EXTERNAL-ID.\n"), "{guide}");
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

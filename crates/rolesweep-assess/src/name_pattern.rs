//! Patterns of role names.

/// Whether a role's name matches a pattern, in which `*` stands for any characters and `?` for one.
/// IAM does not tell the names of an account's roles apart by case, and neither does this.
pub(crate) fn name_matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut in_name) = (0, 0);
    // The last star, and what it stands for so far ends here.
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted.eq_ignore_ascii_case(&name[in_name]) => {
                at += 1;
                in_name += 1;
            }
            _ => {
                // The star has to stand for one character more.
                let Some((star_at, end)) = star else { return false };
                star = Some((star_at, end + 1));
                (at, in_name) = (star_at + 1, end + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters_and_question_marks_for_one() {
        for (pattern, name, expected) in [
            ("OrganizationAccountAccessRole", "OrganizationAccountAccessRole", true),
            ("OrganizationAccountAccessRole", "organizationaccountaccessrole", true),
            ("OrganizationAccountAccessRole", "OrganizationAccountAccessRole2", false),
            ("deploy-*", "deploy-", true),
            ("deploy-*", "deploy-eu", true),
            ("deploy-*", "deploy", false),
            ("*-deploy", "eu-deploy", true),
            ("*-deploy", "eu-deploys", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*aab", "aaab", true),
            ("app-??", "app-eu", true),
            ("app-??", "app-e", false),
            ("app-??", "app-eus", false),
            ("*?", "a", true),
            ("*?", "", false),
            ("**", "", true),
            ("", "", true),
            ("", "a", false),
            ("a.c", "abc", false),
        ] {
            assert_eq!(name_matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}

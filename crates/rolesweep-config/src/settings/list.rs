//! Lists in one text, as flags and environment variables have them.

/// The items of a comma-separated list. An OU's name may hold a comma, so one that is not followed by the beginning of another OU or by
/// a digit belongs to the name.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut in_path = false;
    for part in text.split(',') {
        let start = part.trim_start();
        let begins = start.starts_with('/') || start.starts_with("ou-") || start.starts_with("r-");
        match items.last_mut() {
            Some(last) if in_path && !begins => {
                last.push(',');
                last.push_str(part);
            }
            _ => {
                in_path = start.starts_with('/');
                items.push(part.to_owned());
            }
        }
    }
    items.retain(|item| !item.trim().is_empty());
    items.iter().map(|item| item.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_at_commas_but_names_are_not() {
        for (text, expected) in [
            ("", &[] as &[&str]),
            (" , ", &[]),
            ("123456789012, 210987654321", &["123456789012", "210987654321"]),
            ("123456789012,", &["123456789012"]),
            ("/A,/B,ou-ab12-cd345678,/C", &["/A", "/B", "ou-ab12-cd345678", "/C"]),
            ("/Prod, EU,/B", &["/Prod, EU", "/B"]),
            ("ou-ab12-cd345678,Workloads", &["ou-ab12-cd345678", "Workloads"]),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }
}

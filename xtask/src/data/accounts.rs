//! `accounts.txt`: well-known accounts.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};

use super::inputs::Inputs;

pub(super) fn make(inputs: &Inputs) -> Result<String> {
    let mut lines = BTreeMap::new();
    for entry in entries(&inputs.text("known_aws_accounts")?)? {
        let name = entry.one("name")?.context("an entry has no name")?;
        let owner = match entry.one("type")? {
            None => "vendor",
            Some("aws") => "aws",
            Some(other) => bail!("{name} has the type {other}"),
        };
        let source = entry.all("source").first().map_or("", |source| source.trim());
        let ids = entry.all("accounts");
        ensure!(!ids.is_empty(), "{name} has no accounts");
        for id in ids {
            ensure!(
                id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()),
                "{name}: {id} is no account"
            );
            let line = format!("{id}\t{owner}\t{name}\t{source}");
            ensure!(
                line.matches('\t').count() == 3 && !line.contains(|c| c != '\t' && char::is_control(c)),
                "{line:?}"
            );
            let double = lines.insert(id.clone(), line);
            ensure!(double.is_none(), "{id} is two times in the list");
        }
    }
    Ok(lines.into_values().map(|line| line + "\n").collect())
}

/// An entry of the list: its keys, each with one text or more.
#[derive(Debug, Default, PartialEq)]
struct Entry {
    values: Vec<(String, Vec<String>)>,
}

impl Entry {
    fn all(&self, key: &str) -> &[String] {
        self.values.iter().find(|(of, _)| of == key).map_or(&[], |(_, values)| values)
    }

    fn one(&self, key: &str) -> Result<Option<&str>> {
        match self.all(key) {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => bail!("an entry has more than one {key}"),
        }
    }
}

/// Reads the few forms of YAML that the list uses: a list of maps, whose values are a text, a list in
/// brackets on one line or more, or a list with a text on each line. Anything else is an error.
fn entries(yaml: &str) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut lines = yaml.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let number = at + 1;
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let field = if let Some(field) = line.strip_prefix("- ") {
            entries.push(Entry::default());
            field
        } else {
            let field = line.strip_prefix("  ").filter(|field| !field.starts_with([' ', '-']));
            field.with_context(|| format!("line {number} has another form: {line}"))?
        };
        let (key, value) =
            field.split_once(':').with_context(|| format!("line {number} has no key: {line}"))?;
        let mut value = value.trim().to_owned();
        let values = if value.is_empty() {
            let mut values = Vec::new();
            while let Some((_, item)) =
                lines.next_if(|(_, next)| next.trim_start().starts_with("- ") && next.starts_with(' '))
            {
                values.push(unquoted(&item.trim_start()[2..])?);
            }
            values
        } else if value.starts_with('[') {
            while !value.ends_with(']') {
                let (_, next) =
                    lines.next().with_context(|| format!("the list in line {number} has no end"))?;
                value.push_str(next.trim());
            }
            items(&value[1..value.len() - 1]).with_context(|| format!("line {number}"))?
        } else {
            vec![unquoted(&value).with_context(|| format!("line {number}"))?]
        };
        let entry = entries.last_mut().with_context(|| format!("line {number} is before the first entry"))?;
        ensure!(entry.all(key).is_empty(), "line {number} has a key that the entry has already: {line}");
        ensure!(!values.is_empty(), "line {number} has no value: {line}");
        entry.values.push((key.trim().to_owned(), values));
    }
    Ok(entries)
}

/// The quoted texts between commas.
fn items(list: &str) -> Result<Vec<String>> {
    let mut items = Vec::new();
    let mut rest = list.trim();
    while let Some(quote) = rest.chars().next() {
        ensure!(matches!(quote, '\'' | '"'), "a text in a list is not quoted: {rest}");
        let (item, after) =
            rest[1..].split_once(quote).with_context(|| format!("a text has no end: {rest}"))?;
        items.push(item.to_owned());
        rest = after.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(rest) => rest.trim_start(),
            None => {
                ensure!(rest.is_empty(), "there is no comma: {rest}");
                rest
            }
        };
    }
    Ok(items)
}

/// A text with or without quotes, and without what YAML would read otherwise.
fn unquoted(text: &str) -> Result<String> {
    let text = text.trim();
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            ensure!(
                !inner.contains(quote) && !inner.contains('\\'),
                "{text} has a quote or a backslash inside"
            );
            return Ok(inner.to_owned());
        }
    }
    ensure!(!text.contains(['\'', '"', '#', '{', '[', '&', '*', '|', '>']), "{text} has another form");
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_the_list_are_read() {
        let yaml = "# Format\n\n- name: 'A, b'\n  source: ['https://a/', 'https://b/#c']\n  accounts: ['123456789012','210987654321']\n\
                    - name:  \"C\"\n  type: 'aws'\n  # note\n  source:\n    - 'https://c/'\n    - 'https://d/'\n  accounts: [\n    \
                    '111111111111',\n    '222222222222'\n  ]\n  enabled: false\n";
        let read = entries(yaml).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].one("name").unwrap(), Some("A, b"));
        assert_eq!(read[0].all("source"), ["https://a/", "https://b/#c"]);
        assert_eq!(read[0].all("accounts"), ["123456789012", "210987654321"]);
        assert_eq!(read[0].one("type").unwrap(), None);
        assert_eq!(read[1].one("name").unwrap(), Some("C"));
        assert_eq!(read[1].all("source"), ["https://c/", "https://d/"]);
        assert_eq!(read[1].all("accounts"), ["111111111111", "222222222222"]);
        assert_eq!(read[1].one("enabled").unwrap(), Some("false"));
    }

    #[test]
    fn other_forms_are_errors() {
        for yaml in [
            "name: 'a'\n",
            "  name: 'a'\n",
            "- name: 'a'\n   type: 'aws'\n",
            "- name: 'a'\n  accounts: [123]\n",
            "- name: 'a'\n  accounts: ['1' '2']\n",
            "- name: 'a'\n  accounts: ['1',\n",
            "- name: 'a'\n  name: 'b'\n",
            "- name: &a 'a'\n",
            "- name: |\n    a\n",
            "- name:\n",
        ] {
            assert!(entries(yaml).is_err(), "{yaml:?}");
        }
    }
}

//! The shapes of what is particular to an account in the name of a role.

/// A shape: the length of the part that begins with the rest of a name, if it has this shape. It is
/// also told what is before the rest.
type Shape = fn(before: &str, rest: &str) -> Option<usize>;

/// The shapes whose first word has a digit.
const WITH_DIGIT: &[Shape] = &[uuid, account_id, long_hexadecimal];
/// The shapes whose first word has at most four letters.
const SHORT: &[Shape] = &[region, organizational_unit, organization];
/// The shapes of the last word of a name.
const SUFFIXES: &[Shape] = &[cloudformation, pulumi, lambda_console, timestamp];

/// The length of the part at the beginning of `rest` that is particular to an account.
pub(crate) fn particular(before: &str, rest: &str) -> Option<usize> {
    let word = word(rest);
    let first = |shapes: &[Shape]| shapes.iter().find_map(|shape| shape(before, rest));
    // Most words are ruled out here, because a report asks for each flagged role.
    let with_digit = || if has_digit(word) { first(WITH_DIGIT) } else { None };
    let short = || if word.len() <= 4 { first(SHORT) } else { None };
    let suffix = || if word.len() == rest.len() { first(SUFFIXES) } else { None };
    with_digit().or_else(short).or_else(suffix)
}

/// Whether a byte belongs to a word of a name. What was replaced already counts as a word, so that
/// the family of a family is the same.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'*'
}

/// The first word of a text.
fn word(text: &str) -> &str {
    &text[..text.bytes().take_while(|&byte| is_word(byte)).count()]
}

/// The word after a hyphen.
fn hyphenated(text: &str) -> Option<&str> {
    text.strip_prefix('-').map(word)
}

/// Whether a word of this length at the end of a name can be a suffix: another word and a hyphen
/// are before it.
fn is_suffix(before: &str, rest: &str, length: usize) -> bool {
    rest.len() == length && before.len() > 1 && before.ends_with('-')
}

pub(crate) fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_lower_or_digit(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

pub(crate) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(crate) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// How many digits a text ends with.
fn digits_at_the_end(text: &str) -> usize {
    text.bytes().rev().take_while(u8::is_ascii_digit).count()
}

/// A UUID. That of a stack set can be cut off, because CloudFormation shortens the names of stacks
/// in the names of roles.
fn uuid(before: &str, rest: &str) -> Option<usize> {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let may_be_cut = before.starts_with("StackSet-");
    let mut length = 0;
    for (number, group) in GROUPS.into_iter().enumerate() {
        let found = if number == 0 { Some(word(rest)) } else { hyphenated(&rest[length..]) };
        let found = found.filter(|word| !word.is_empty() && word.len() <= group && is_hexadecimal(word));
        // The first group must have a digit, because eight letters can be a word.
        match found.filter(|word| number > 0 || (word.len() == group && has_digit(word))) {
            Some(word) => length += usize::from(number > 0) + word.len(),
            None => return (may_be_cut && number > 0).then_some(length),
        }
        if found.is_some_and(|word| word.len() < group) {
            return may_be_cut.then_some(length);
        }
    }
    Some(length)
}

/// Twelve digits.
fn account_id(_: &str, rest: &str) -> Option<usize> {
    let word = word(rest);
    (word.len() == 12 && is_digits(word)).then_some(12)
}

/// What Identity Center, Terraform and StackSets append (16, 26 and 32 hexadecimal digits), and
/// digests.
fn long_hexadecimal(_: &str, rest: &str) -> Option<usize> {
    let word = word(rest);
    (word.len() >= 16 && is_hexadecimal(word) && has_digit(word)).then_some(word.len())
}

/// How the codes of Regions begin, and the directions in them (AWS Regions and Availability Zones
/// user guide; AWS European Sovereign Cloud user guide for `eusc`).
const PLACES: [&str; 11] = ["af", "ap", "ca", "cn", "eu", "eusc", "il", "me", "mx", "sa", "us"];
const DIRECTIONS: [&str; 9] =
    ["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];

/// The code of a Region: `eu-central-1`, `us-gov-east-1`, `us-isob-east-1`, `eusc-de-east-1`.
pub(crate) fn region(_: &str, rest: &str) -> Option<usize> {
    let place = word(rest);
    let mut length = PLACES.contains(&place).then_some(place.len())?;
    let mut direction = hyphenated(&rest[length..])?;
    if direction == "gov" || direction == "de" || (direction.starts_with("iso") && direction.len() <= 4) {
        length += 1 + direction.len();
        direction = hyphenated(&rest[length..])?;
    }
    length += 1 + direction.len();
    let number = hyphenated(rest.get(length..)?)?;
    (DIRECTIONS.contains(&direction) && number.len() == 1 && is_digits(number)).then_some(length + 2)
}

/// The id of an OU: `ou-ab12-c3d4e5f6`. Two words without a digit are words.
fn organizational_unit(_: &str, rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("ou")?;
    let root = hyphenated(after).filter(|id| (4..=32).contains(&id.len()) && is_lower_or_digit(id))?;
    let unit = hyphenated(&after[1 + root.len()..])
        .filter(|id| (8..=32).contains(&id.len()) && is_lower_or_digit(id))?;
    (has_digit(root) || has_digit(unit)).then_some(2 + 1 + root.len() + 1 + unit.len())
}

/// The id of an organization: `o-a1b2c3d4e5`.
fn organization(_: &str, rest: &str) -> Option<usize> {
    let id = hyphenated(rest.strip_prefix('o')?)?;
    ((10..=32).contains(&id.len()) && is_lower_or_digit(id) && has_digit(id)).then_some(1 + 1 + id.len())
}

/// What CloudFormation appends to `<stack>-<logical id>-`, also for CDK and SAM: twelve or thirteen
/// capital letters and digits in older stacks, and twelve letters and digits now. People choose
/// words of these lengths too, so what reads as words does not count.
pub(crate) fn cloudformation(before: &str, suffix: &str) -> Option<usize> {
    let may_be = is_suffix(before, suffix, 12) || is_suffix(before, suffix, 13);
    if !may_be || before.matches('-').count() < 2 {
        return None;
    }
    let has_upper = suffix.bytes().any(|byte| byte.is_ascii_uppercase());
    let has_lower = suffix.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_random = match (suffix.len(), has_upper, has_lower) {
        (12, true, true) => !reads_as_words(suffix),
        (12 | 13, true, false) => {
            let end = digits_at_the_end(suffix);
            end > 3 || has_digit(&suffix[..suffix.len() - end])
        }
        (12, false, true) => is_hexadecimal(suffix) && has_digit(suffix),
        _ => false,
    };
    is_random.then_some(suffix.len())
}

/// Whether a text reads as words: `readOnlyRole`, `EKSNodeV2Dev`, `Route53Admin`. Of what
/// CloudFormation makes up, this takes one in twenty for words.
fn reads_as_words(text: &str) -> bool {
    let bytes = text.as_bytes();
    let run =
        |from: usize, class: fn(&u8) -> bool| bytes[from..].iter().take_while(|&byte| class(byte)).count();
    let mut at = 0;
    while at < bytes.len() {
        let upper = run(at, u8::is_ascii_uppercase);
        let lower = run(at + upper, u8::is_ascii_lowercase);
        let digits = run(at + upper + lower, u8::is_ascii_digit);
        // Words begin with capital letters, except the first; abbreviations have a few of them.
        if upper > 5 || lower == 1 || digits > 2 || (upper == 0 && (at > 0 || lower == 0)) {
            return false;
        }
        at += upper + lower + digits;
    }
    true
}

/// What Pulumi appends: seven hexadecimal digits.
pub(crate) fn pulumi(before: &str, suffix: &str) -> Option<usize> {
    (is_suffix(before, suffix, 7) && is_hexadecimal(suffix) && has_digit(suffix)).then_some(7)
}

/// What the console of Lambda appends: `<function>-role-` and eight letters and digits, unless they
/// are a word or a word with a number.
pub(crate) fn lambda_console(before: &str, suffix: &str) -> Option<usize> {
    if !is_suffix(before, suffix, 8) || !before.ends_with("-role-") || !is_lower_or_digit(suffix) {
        return None;
    }
    let end = digits_at_the_end(suffix);
    (end > 2 || has_digit(&suffix[..8 - end])).then_some(8)
}

/// What the console of SageMaker appends: `20210411T123456`.
pub(crate) fn timestamp(before: &str, suffix: &str) -> Option<usize> {
    let (date, time) = suffix.split_once('T').filter(|_| is_suffix(before, suffix, 15))?;
    (date.len() == 8 && is_digits(date) && is_digits(time)).then_some(15)
}

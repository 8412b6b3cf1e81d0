//! "Did you mean …?"

use strsim::osa_distance;

/// The candidate that a mistyped word most likely means; `None` if none is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.to_lowercase().replace('-', "_");
    let word = fold(word);
    let room = (word.chars().count() / 3).max(1);
    within(&word, room, candidates.into_iter().map(|candidate| (fold(candidate), candidate)))
}

/// The candidate that a mistyped id most likely means. Ids are alike, so that only one with a wrong
/// character or two counts.
pub fn nearest_id<'a>(id: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    within(id, 2, candidates.into_iter().map(|candidate| (candidate, candidate)))
}

/// Comparing two texts takes as long as the product of their lengths. Longer ones are not compared.
const LONGEST: usize = 250;

/// The candidate with the fewest edits between its form and the word, if there are no more than
/// `room`. Of equally near ones, the first by text.
fn within<'a, T: AsRef<str>>(
    word: &str,
    room: usize,
    candidates: impl Iterator<Item = (T, &'a str)>,
) -> Option<&'a str> {
    let length = word.chars().count();
    candidates
        .filter(|(form, _)| {
            // Every extra or missing character is an edit, and that alone rules out most candidates.
            let other = form.as_ref().chars().count();
            other.abs_diff(length) <= room && other.max(length) <= LONGEST
        })
        .map(|(form, candidate)| (osa_distance(word, form.as_ref()), candidate))
        .filter(|(distance, _)| *distance <= room)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["role_name", "concurrency", "region"];
        assert_eq!(nearest("rolename", words), Some("role_name"));
        assert_eq!(nearest("Role-Name", words), Some("role_name"));
        assert_eq!(nearest("concurency", words), Some("concurrency"));
        assert_eq!(nearest("threads", words), None);
        assert_eq!(nearest("x", words), None);
    }

    #[test]
    fn an_id_is_suggested_only_for_one_or_two_wrong_characters() {
        let ids = ["333333333333", "055555555555"];
        assert_eq!(nearest_id("333333333343", ids), Some("333333333333"));
        assert_eq!(nearest_id("505555555555", ids), Some("055555555555"));
        assert_eq!(nearest_id("333333333", ids), None);
        assert_eq!(nearest_id("333333444333", ids), None);
    }

    #[test]
    fn of_equally_near_ones_the_same_is_suggested_every_time() {
        assert_eq!(nearest_id("12", ["13", "11"]), Some("11"));
        assert_eq!(nearest_id("12", ["11", "13"]), Some("11"));
    }
}

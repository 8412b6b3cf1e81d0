//! "Did you mean …?"

use strsim::osa_distance;

/// The candidate that a mistyped word most likely means; `None` if none is near.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.to_lowercase().replace('-', "_");
    let word = fold(word);
    let length = word.chars().count();
    let room = (length / 3).max(1);
    candidates
        .into_iter()
        // Every extra or missing character is an edit, and that alone rules out most candidates.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= room)
        .map(|candidate| (osa_distance(&word, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= room)
        .min_by_key(|(distance, _)| *distance)
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
}

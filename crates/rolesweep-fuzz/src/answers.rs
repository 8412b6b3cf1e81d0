//! Answers of IAM, which something between rolesweep and AWS may have written.

use rolesweep_details::read;
use rolesweep_details::xml::{XmlError, check};

/// An answer is a whole page or an error.
pub fn answers(data: &[u8]) {
    let Ok(page) = read(data, false) else { return };
    // A page may have unknown elements twice.
    let whole = matches!(check(data), Ok(()) | Err(XmlError::Twice));
    assert!(whole, "a page is read that is not all there");
    assert_eq!(read(data, false).as_ref(), Ok(&page));
    // Without its last tag it is not whole, and neither is any shorter part of it.
    let Some(end) = data.iter().rposition(|&byte| byte == b'>') else { panic!("a page without a tag") };
    let root = data.iter().rposition(|&byte| byte == b'<').unwrap_or_default();
    for cut in [end, root, root / 2, end.saturating_sub(page.roles.len())] {
        if !matches!(check(&data[..cut]), Ok(()) | Err(XmlError::Twice)) {
            assert!(read(&data[..cut], false).is_err(), "a page is read that was cut off");
        }
    }
    let members = data.windows(7).filter(|window| window.starts_with(b"<member")).count();
    assert!(page.roles.len() + page.policies.len() <= members, "there are more than were sent");
}

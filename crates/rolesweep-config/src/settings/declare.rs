//! The macros that declare settings.

/// Makes from declarations: a setting for each field, the table of their keys, and a struct for
/// each group. After a `-` come the fields of the struct that are not settings.
macro_rules! settings {
    ($(
        $(#[doc = $about:literal])+
        pub struct $group:ident for $purpose:ident {
            $(
                $(#[doc = $doc:literal])+
                [$section:ident] $field:ident: $type:ty { $($word:ident: $said:expr),* $(,)? }
            )+
            $(- $( $(#[doc = $more_doc:literal])+ $more:ident: $more_type:ty, )+ )?
        }
    )+) => {
        #[expect(non_upper_case_globals, reason = "a setting has the name of its field")]
        impl Setting {
            $($( $(#[doc = $doc])+ pub const $field: Self = Self(stringify!($field)); )+)+
        }

        /// The keys of all settings.
        pub static KEYS: std::sync::LazyLock<Vec<Key>> = std::sync::LazyLock::new(|| vec![$($(
            Key {
                $($word: $said,)*
                ..Key::new::<$type>(Purpose::$purpose, stringify!($section), stringify!($field), concat!($($doc),+))
            }.named(),
        )+)+]);

        $(
            $(#[doc = $about])+
            #[derive(Debug, Clone)]
            pub struct $group {
                $( $(#[doc = $doc])+ pub $field: $type, )+
                $($( $(#[doc = $more_doc])+ pub $more: $more_type, )+)?
            }

            impl $group {
                /// Takes the group's values from those that apply.
                pub(crate) fn new(values: &crate::layers::Layer) -> Self {
                    Self {
                        $( $field: values.typed(Setting::$field), )+
                        $($( $more: Default::default(), )+)?
                    }
                }
            }
        )+
    };
}

/// Declares settings whose value is one of a few words: an enum whose variants know their words.
macro_rules! choices {
    ($(
        $(#[doc = $about:literal])+
        pub enum $name:ident { $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, )+ }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $( $(#[doc = $doc])+ $variant, )+ }

        impl Value for $name {
            const SHAPE: Shape = Shape::Choice(&[$($word),+]);

            fn parse(text: &str, _: &Rules) -> Result<Self, Fault> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err(not_a_choice(text, &[$($word),+])),
                }
            }

            fn toml(&self) -> Option<String> {
                Some(quote(match self { $( Self::$variant => $word, )+ }))
            }
        }
    )+};
}

pub(crate) use {choices, settings};

//! The form in which settings are declared.

/// From declarations: the enum of all settings, the table of their keys, and a struct for each group with a typed field for each setting. What follows a
/// `-` are fields of the struct that are no settings.
macro_rules! settings {
    ($(
        $(#[doc = $about:literal])+
        pub struct $group:ident {
            $(
                $(#[doc = $doc:literal])+
                [$section:ident] $field:ident: $type:ty = $key:expr;
            )+
            $(- $( $(#[doc = $more_doc:literal])+ $more:ident: $more_type:ty, )+ )?
        }
    )+) => {
        /// A setting, called what its field is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(non_camel_case_types, reason = "a setting is called what its field is")]
        pub enum Setting {
            $($( $(#[doc = $doc])+ $field, )+)+
        }

        /// The keys of all settings, in the order of [`Setting`].
        pub static KEYS: std::sync::LazyLock<Vec<Key>> = std::sync::LazyLock::new(|| vec![$($(
            $key.declared(Setting::$field, stringify!($section), stringify!($field), concat!($($doc),+)),
        )+)+]);

        $(
            $(#[doc = $about])+
            #[derive(Debug, Clone)]
            pub struct $group {
                $( $(#[doc = $doc])+ pub $field: $type, )+
                $($( $(#[doc = $more_doc])+ pub $more: $more_type, )+)?
            }

            impl $group {
                /// From the values that apply.
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

/// Settings that are one of a few words: an enum whose variants know theirs.
macro_rules! choices {
    ($(
        $(#[doc = $about:literal])+
        pub enum $name:ident { $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, )+ }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $( $(#[doc = $doc])+ $variant, )+ }

        impl $name {
            /// The words, in the order of the variants.
            pub(crate) const WORDS: &[&str] = &[$($word),+];
        }

        impl crate::settings::typed::Typed for $name {
            fn of(value: &crate::settings::value::Value) -> Option<Self> {
                match value {
                    $( crate::settings::value::Value::Choice($word) => Some(Self::$variant), )+
                    _ => None,
                }
            }
        }
    )+};
}

/// Tables that may be repeated: a struct for each, whose fields are read, shown and documented as their types say.
macro_rules! tables {
    ($(
        $(#[doc = $about:literal])+
        pub struct $name:ident in $table:ident {
            $( $(#[doc = $doc:literal])+ $field:ident: $type:ty, )+
        }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub struct $name { $( $(#[doc = $doc])+ pub(crate) $field: $type, )+ }

        impl Declared for $name {
            const TABLE: &'static Table = &Table {
                name: stringify!($table),
                doc: concat!($($about),+).trim_ascii(),
                fields: &[$(
                    Field {
                        name: stringify!($field),
                        required: <$type as crate::tables::field::FieldType>::REQUIRED,
                        doc: concat!($($doc),+).trim_ascii(),
                    },
                )+],
            };

            fn read(row: &mut Row<'_, '_>) -> Option<Self> {
                $( let $field = crate::tables::field::FieldType::read(row, stringify!($field)); )+
                Some(Self { $( $field: $field?, )+ })
            }

            fn shown(&self) -> Vec<(&'static str, String)> {
                let fields = [$( (stringify!($field), crate::tables::field::FieldType::shown(&self.$field)), )+];
                fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
            }
        }
    )+};
}

pub(crate) use {choices, settings, tables};

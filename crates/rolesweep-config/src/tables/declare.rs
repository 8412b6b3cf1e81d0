//! The macro that declares repeated tables.

/// Declares tables that may be repeated: a struct for each. The types of its fields say how they
/// are read, shown and documented.
macro_rules! tables {
    ($(
        $(#[doc = $about:literal])+
        pub(crate) struct $name:ident in $table:ident {
            $( $(#[doc = $doc:literal])+ $field:ident: $type:ty $(= $check:expr)?, )+
        }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub(crate) struct $name { $( $(#[doc = $doc])+ pub(crate) $field: $type, )+ }

        impl Fields for $name {
            const TABLE: &'static Table = &Table {
                name: stringify!($table),
                doc: concat!($($about),+).trim_ascii(),
                fields: &[$(
                    Field {
                        name: stringify!($field),
                        required: <$type as Value>::REQUIRED,
                        doc: concat!($($doc),+).trim_ascii(),
                    },
                )+],
            };

            fn read(row: &mut Row<'_>) -> Option<Self> {
                $(
                    let rules = Rules { one_or_more: true, $(check: $check,)? ..Rules::ANY };
                    let $field = row.field(stringify!($field), &rules);
                )+
                Some(Self { $( $field: $field?, )+ })
            }

            fn shown(&self) -> Vec<(&'static str, String)> {
                let fields = [$( (stringify!($field), Value::toml(&self.$field)), )+];
                let set = fields.into_iter().filter_map(|(name, toml)| Some((name, toml?)));
                set.filter(|(_, toml)| toml != "[]").collect()
            }
        }
    )+};
}

pub(crate) use tables;

//! What the environment says. An empty variable counts as not set.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::slice;

use rolesweep_model::suggest::nearest;

use crate::errors::{ConfigErrors, Fault, Mistake, Place};
use crate::layers::Layer;
use crate::settings::KEYS;
use crate::settings::key::OTHER_VARIABLES;

const PREFIX: &str = "ROLESWEEP_";

/// The environment's variables by name.
pub(crate) type Environment = BTreeMap<String, OsString>;

/// Sets what the variables say.
pub(crate) fn read(environment: &Environment, values: &mut Layer, errors: &mut ConfigErrors) {
    for key in KEYS.iter() {
        let given = |name: &&'static str| {
            environment.get(*name).filter(|text| !text.is_empty()).map(|text| (*name, text))
        };
        if let Some((name, text)) = key.environment.iter().find_map(given) {
            values.set_typed(key, slice::from_ref(text), Place::Environment(name.to_owned()), errors);
        }
    }
}

/// Variables with our prefix, or nearly so, that no setting reads. They are most likely mistyped.
pub(crate) fn unknown(environment: &Environment) -> Vec<Mistake> {
    let known = || {
        let keys = KEYS.iter().flat_map(|key| key.environment).copied();
        keys.chain(OTHER_VARIABLES.iter().map(|(name, _)| *name)).filter(|name| name.starts_with(PREFIX))
    };
    let mistake = |name: &String| {
        let ours = name.starts_with(PREFIX);
        let help = match nearest(name, known()) {
            Some(near) if ours || is_nearly_ours(name) => format!("did you mean {near}?"),
            None if ours => "unset it: `rolesweep man` and docs/settings.md list the variables".to_owned(),
            _ => return None,
        };
        let fault = Fault::new("no setting reads this variable", help);
        Some(Mistake::new(Place::Environment(name.clone()), fault))
    };
    environment.keys().filter(|name| known().all(|known| known != *name)).filter_map(mistake).collect()
}

/// Whether a name begins with a mistyped form of our prefix, such as `ROLESWEP_`, `ROLE_SWEEP_` or
/// `rolesweep_`.
fn is_nearly_ours(name: &str) -> bool {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let ours = [PREFIX.trim_end_matches('_')];
    [first.to_owned(), format!("{first}{second}")].iter().any(|word| nearest(word, ours).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::key::Setting;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect()
    }

    #[test]
    fn every_fault_names_its_variable() {
        let environment = environment(&[
            ("ROLESWEEP_CONCURRENCY", "many"),
            ("ROLESWEEP_ACCOUNTS", "1,2"),
            ("ROLESWEEP_AS_OF", ""),
        ]);
        let mut errors = ConfigErrors::default();
        read(&environment, &mut Layer::defaults(&KEYS), &mut errors);
        let places: Vec<String> = errors.kept.iter().map(|mistake| mistake.place.to_string()).collect();
        assert_eq!(
            places,
            [
                "environment variable ROLESWEEP_ACCOUNTS",
                "environment variable ROLESWEEP_ACCOUNTS",
                "environment variable ROLESWEEP_CONCURRENCY",
            ]
        );
    }

    #[test]
    fn aws_region_is_stronger_than_its_older_name() {
        let environment = environment(&[("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_REGION", "eu-central-1")]);
        let mut values = Layer::defaults(&KEYS);
        read(&environment, &mut values, &mut ConfigErrors::default());
        assert_eq!(values.typed::<Option<String>>(Setting::region).as_deref(), Some("eu-central-1"));
        assert_eq!(values.origin(Setting::region), &Place::Environment("AWS_REGION".to_owned()));
    }

    #[test]
    fn mistyped_variables_are_pointed_out() {
        let environment = environment(&[
            ("ROLESWEEP_CONCURENCY", "3"),
            ("ROLESWEEP_CONFIG", "x"),
            ("ROLESWEEP_OU", "/"),
            ("HOME", "/"),
        ]);
        let unknown = unknown(&environment);
        assert_eq!(unknown.len(), 1);
        assert_eq!(
            unknown[0].to_string(),
            "environment variable ROLESWEEP_CONCURENCY: no setting reads this variable\n  help: did you mean ROLESWEEP_CONCURRENCY?"
        );
    }

    #[test]
    fn a_mistyped_prefix_is_pointed_out_and_other_programs_variables_are_not() {
        let environment = environment(&[
            ("ROLESWEP_INACTIVE_AFTER", "30d"),
            ("ROLE_SWEEP_INACTIVE_AFTER", "30d"),
            ("rolesweep_inactive_after", "30d"),
            ("ROLESWEEP_INACTVE_AFTER", "30d"),
            ("ROLE_NAME", "x"),
            ("ROLE_SESSION_NAME", "x"),
            ("AWS_ROLE_ARN", "x"),
            ("INACTIVE_AFTER", "x"),
            ("ROLESWEB_COLOUR_OF_THE_WALLS", "x"),
        ]);
        let told: Vec<String> = unknown(&environment).iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().all(|told| told.ends_with("did you mean ROLESWEEP_INACTIVE_AFTER?")), "{told:?}");
    }
}

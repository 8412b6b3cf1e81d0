//! What the environment says. Unset and empty are the same.

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::errors::{Fault, Mistake, Place};
use crate::layers::{Layer, Origin};
use crate::settings::KEYS;
use crate::settings::key::OTHER_VARIABLES;
use crate::text::suggest::nearest;

/// What our variables begin with.
const PREFIX: &str = "ROLESWEEP_";

/// The environment's variables by name.
pub(crate) type Environment = BTreeMap<String, OsString>;

/// The values, and what is wrong with the rest.
pub(crate) fn read(environment: &Environment, mistakes: &mut Vec<Mistake>) -> Layer {
    let mut layer = Layer::default();
    for key in KEYS.iter() {
        let given = |name: &&'static str| {
            environment.get(*name).filter(|text| !text.is_empty()).map(|text| (*name, text))
        };
        let Some((name, text)) = key.environment.iter().find_map(given) else {
            continue;
        };
        match key.kind.read_os(text) {
            Ok(value) => layer.set(key.setting, value, Origin::Environment(name)),
            Err(faults) => {
                let place = || Place::Environment(name.to_owned());
                mistakes.extend(faults.into_iter().map(|fault| Mistake::new(place(), fault)));
            }
        }
    }
    layer
}

/// Variables with our prefix, or nearly so, that nobody reads: most likely mistyped.
pub(crate) fn unknown(environment: &Environment) -> Vec<Mistake> {
    let known = || {
        let keys = KEYS.iter().flat_map(|key| key.environment).copied();
        keys.chain(OTHER_VARIABLES.iter().map(|(name, _)| *name)).filter(|name| name.starts_with(PREFIX))
    };
    environment
        .keys()
        .filter(|name| known().all(|known| known != name.as_str()))
        .filter_map(|name| {
            let near = nearest(name, known());
            let fault = Fault::new("no setting reads this variable");
            let fault = match near {
                Some(near) if name.starts_with(PREFIX) || is_nearly_ours(name) => {
                    fault.hint(format!("did you mean {near}?"))
                }
                None if name.starts_with(PREFIX) => fault,
                _ => return None,
            };
            Some(Mistake::new(Place::Environment(name.clone()), fault))
        })
        .collect()
}

/// Whether a name begins with our prefix in other letters, such as `ROLESWEP_`, `ROLE_SWEEP_` or `rolesweep_`.
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
    use crate::settings::Setting;
    use crate::settings::value::Value;

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
        let mut mistakes = Vec::new();
        read(&environment, &mut mistakes);
        let places: Vec<String> = mistakes.iter().map(|mistake| mistake.place.to_string()).collect();
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
        let layer = read(&environment, &mut Vec::new());
        let region = layer.get(Setting::region).unwrap();
        assert_eq!(region.value, Value::Text("eu-central-1".to_owned()));
        assert_eq!(region.origin, Origin::Environment("AWS_REGION"));
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

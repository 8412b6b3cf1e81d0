//! Flags over environment over file over defaults. Pure: what is outside comes in through [`Inputs`].

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rolesweep_model::AccountId;

use crate::accounts_file;
use crate::errors::{ConfigErrors, Fault, Mistake, Mistakes, Place, unread};
use crate::layers::environment::{self, Environment};
use crate::layers::file::{self, Expiry, FileLayer, Placed};
use crate::layers::flags::Flags;
use crate::layers::{Layer, Origin, Sourced};
use crate::settings::duration;
use crate::settings::value::{Kind, Value};
use crate::settings::{AssessSettings, CollectSettings, OutputSettings, Setting, Settings, TerminalSettings};
use crate::text::source::SourceText;
use crate::view::View;

/// A configuration file as it was found.
pub struct ConfigFile {
    /// Its name for messages. Paths in the file are relative to its folder.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether others than its owner may read it.
    pub readable_by_others: bool,
}

/// What settings are made of.
pub struct Inputs<'a> {
    /// The command line.
    pub flags: Flags,
    /// The environment.
    pub environment: Environment,
    /// The configuration file, where there is one.
    pub file: Option<ConfigFile>,
    /// The time of the run.
    pub now: Timestamp,
    /// Reads another file that a setting names.
    pub read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

/// Settles every setting, or says everything that is wrong.
pub fn resolve(inputs: &Inputs<'_>) -> Result<Settings, ConfigErrors> {
    let mut mistakes = Mistakes::default();
    let mut warnings = environment::unknown(&inputs.environment);
    let mut view = View { values: Layer::defaults(), ..View::default() };
    let mut accepted = None;
    if let Some(file) = &inputs.file {
        accepted = add_file(&mut view, &file.path, &file.bytes, &mut mistakes);
        warnings.extend(exposed_secret(&view, file));
    }
    view.values.overlay(environment::read(&inputs.environment, &mut mistakes.kept));
    view.values.overlay(inputs.flags.read(&mut mistakes.kept));

    let judged_at = judged_at(&inputs.flags, &inputs.environment, inputs.now);
    if let Some((source, expiries)) = accepted {
        mistakes.add(far_ends(&source, expiries, &view, inputs.now.max(judged_at)));
    }
    one_selection(&mut view.values);
    one_voice(&mut view.values, &mut mistakes.kept);
    let mut listed = BTreeSet::new();
    if let Some(path) = view.values.typed::<Option<PathBuf>>(Setting::accounts_file) {
        listed = listed_accounts(&path, &view, inputs, &mut mistakes);
    }
    match ConfigErrors::gather(mistakes) {
        Some(errors) => Err(errors),
        None => Ok(settle(view, listed, warnings)),
    }
}

/// The instant that `--as-of` or its variable names, else `now`.
pub(crate) fn judged_at(flags: &Flags, environment: &Environment, now: Timestamp) -> Timestamp {
    let mut told_elsewhere = Vec::new();
    let mut values = environment::read(environment, &mut told_elsewhere);
    values.overlay(flags.read(&mut told_elsewhere));
    match values.get(Setting::as_of).map(|sourced| &sourced.value) {
        Some(Value::Instant(instant)) => *instant,
        _ => now,
    }
}

/// What is accepted for longer than the settings allow, from this instant on. It is the time of the run, or `--as-of` if that is later, and never an older
/// scan's: so a file that was sound once stays sound, and an older scan can be reported on again with the file of then or of now.
fn far_ends(source: &SourceText, expiries: Vec<Expiry>, view: &View, from: Timestamp) -> Mistakes {
    let mut mistakes = Mistakes::default();
    let limit =
        view.values.typed::<Duration>(Setting::max_acceptance).as_secs().try_into().unwrap_or(i64::MAX);
    let day = |instant: Timestamp| instant.to_zoned(TimeZone::UTC).date();
    let Ok(last) = from.checked_add(SignedDuration::from_secs(limit)).map(day) else { return mistakes };
    for Expiry { span, field, end } in expiries {
        // Dates count through the end of their day, and so does the limit.
        if day(end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(end)) > last {
            mistakes.note(|| {
                let written = source.text().get(span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
                let allowed = duration::display(limit);
                let fault = Fault::new(format!("{field}: `{written}` is more than {allowed} ahead")).hint(format!(
                    "write {last} or a day before it, and have it approved again when it ends; `max_acceptance` under [assess] sets the limit"
                ));
                Mistake::new(source.place(span.start), fault)
            });
        }
    }
    mistakes
}

/// Lays a file's values over what is there, and gives the ends of what it accepts.
fn add_file(
    view: &mut View,
    path: &Path,
    bytes: &[u8],
    mistakes: &mut Mistakes,
) -> Option<(SourceText, Vec<Expiry>)> {
    let source = match SourceText::decode(path, bytes) {
        Ok(source) => source,
        Err(mistake) => {
            mistakes.kept.push(mistake);
            return None;
        }
    };
    let (FileLayer { values, rules, exemptions, gaps, expiries }, found) = file::read(&source);
    mistakes.add(found);
    let origin = |line| Origin::File { path: path.to_owned(), line };
    let mut layer = Layer::default();
    for (setting, Placed { value, line, .. }) in values {
        layer.set(setting, relative_to(path, setting, value), origin(line));
    }
    view.values.overlay(layer);
    view.rules.extend(sourced(rules, &origin));
    view.exemptions.extend(sourced(exemptions, &origin));
    view.gaps.extend(sourced(gaps, &origin));
    Some((source, expiries))
}

fn sourced<T>(placed: Vec<Placed<T>>, origin: &impl Fn(usize) -> Origin) -> Vec<Sourced<T>> {
    placed.into_iter().map(|placed| Sourced { value: placed.value, origin: origin(placed.line) }).collect()
}

/// A path in a file counts from that file's folder; where `-` is special, it is no path.
fn relative_to(file: &Path, setting: Setting, value: Value) -> Value {
    let dash = matches!(setting.key().kind, Kind::Path { dash: true });
    match (value, file.parent()) {
        (Value::Path(path), Some(folder)) if !(dash && path == Path::new("-")) => {
            Value::Path(folder.join(path))
        }
        (value, _) => value,
    }
}

fn exposed_secret(view: &View, file: &ConfigFile) -> Option<Mistake> {
    let sourced = view.values.get(Setting::external_id)?;
    file.readable_by_others.then(|| {
        let fault = Fault::new("the external id stands in a file that others may read").hint(format!(
            "make it yours alone (chmod 600), or set {} instead",
            Setting::external_id.key().environment.join(" or ")
        ));
        Mistake::new(sourced.origin.place(), fault)
    })
}

/// `accounts` and `accounts_file` are two ways to say the same: where a stronger layer uses one, a weaker layer's other is void.
fn one_selection(values: &mut Layer) {
    let strength = |setting| {
        let sourced: &Sourced<Value> = values.get(setting)?;
        (sourced.value != Value::Accounts(Vec::new())).then(|| sourced.origin.strength())
    };
    match (strength(Setting::accounts), strength(Setting::accounts_file)) {
        (Some(list), Some(file)) if list > file => values.unset(Setting::accounts_file),
        (Some(list), Some(file)) if list < file => values.unset(Setting::accounts),
        _ => {}
    }
}

/// `quiet` and `verbose` contradict each other: the stronger layer's counts, and one layer cannot want both.
fn one_voice(values: &mut Layer, mistakes: &mut Vec<Mistake>) {
    let (Some(quiet), Some(verbose)) = (values.get(Setting::quiet), values.get(Setting::verbose)) else {
        return;
    };
    if quiet.value != Value::Switch(true) || verbose.value == Value::Count(0) {
        return;
    }
    let (quiet, verbose) = (quiet.origin.clone(), verbose.origin.clone());
    match quiet.strength().cmp(&verbose.strength()) {
        std::cmp::Ordering::Greater => values.set(Setting::verbose, Value::Count(0), quiet),
        std::cmp::Ordering::Less => values.set(Setting::quiet, Value::Switch(false), verbose),
        std::cmp::Ordering::Equal => {
            let fault = Fault::new(format!("quiet and verbose are both set (verbose: {verbose})"));
            mistakes.push(Mistake::new(quiet.place(), fault.hint("keep one of the two")));
        }
    }
}

fn listed_accounts(
    path: &Path,
    view: &View,
    inputs: &Inputs<'_>,
    mistakes: &mut Mistakes,
) -> BTreeSet<AccountId> {
    match (inputs.read)(path) {
        Ok(bytes) => match SourceText::decode(path, &bytes) {
            Ok(source) => {
                let (ids, found) = accounts_file::read(&source);
                mistakes.add(found);
                return ids;
            }
            Err(mistake) => mistakes.kept.push(mistake),
        },
        Err(error) => {
            let fault = Fault::new(format!("the accounts file {} cannot be read: {error}", path.display()))
                .hint(unread(
                    &error,
                    "name a file with one account id on each line, or a CSV with a column account_id",
                ));
            let place = view.values.get(Setting::accounts_file).map(|sourced| sourced.origin.place());
            mistakes.kept.push(Mistake::new(place.unwrap_or_else(|| Place::File(path.to_owned())), fault));
        }
    }
    BTreeSet::new()
}

/// The settings that the view amounts to.
fn settle(view: View, listed: BTreeSet<AccountId>, warnings: Vec<Mistake>) -> Settings {
    let mut collect = CollectSettings::new(&view.values);
    collect.accounts.extend(listed);
    // The SDK reads its variables itself, and ranks them differently.
    let from_environment = |setting| {
        view.values.get(setting).is_some_and(|sourced| matches!(sourced.origin, Origin::Environment(_)))
    };
    collect.profile.take_if(|_| from_environment(Setting::profile));
    let profile_file = match view.values.get(Setting::profile).map(|sourced| &sourced.origin) {
        Some(origin @ Origin::File { .. }) => Some(origin.to_string()),
        _ => None,
    };
    collect.region.take_if(|_| from_environment(Setting::region));
    let mut assess = AssessSettings::new(&view.values);
    assess.rules = view.rules.iter().map(|item| (&item.value).into()).collect();
    assess.exemptions = view.exemptions.iter().filter_map(|item| item.value.exemption()).collect();
    assess.accepted_gaps = view.gaps.iter().map(|item| (&item.value).into()).collect();
    Settings {
        profile_file,
        collect,
        assess,
        output: OutputSettings::new(&view.values),
        terminal: TerminalSettings::new(&view.values),
        view,
        warnings,
    }
}

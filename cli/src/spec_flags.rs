//! The flags of `submit` that say something of the spec, made for clap from the table of the domain.

use clap::{
    Arg, ArgAction, ArgMatches, Command, Error,
    builder::{PossibleValuesParser, StyledStr},
};
use domain::submission::command::{FLAGS, Flag, Shape};

/// Flags with their texts, in the order in which they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecFlags(pub Vec<(String, String)>);

impl clap::Args for SpecFlags {
    fn augment_args(command: Command) -> Command {
        FLAGS.iter().fold(command, |command, flag| command.arg(arg(flag)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for SpecFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut found: Vec<(usize, String, String)> = FLAGS
            .iter()
            .flat_map(|flag| {
                let texts = matches.get_many::<String>(flag.name).into_iter().flatten();
                let places = matches.indices_of(flag.name).into_iter().flatten();
                places.zip(texts).map(|(at, text)| (at, flag.name.to_owned(), text.clone()))
            })
            .collect();
        found.sort_by_key(|(at, ..)| *at);
        Ok(Self(found.into_iter().map(|(_, name, text)| (name, text)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn arg(flag: &Flag) -> Arg {
    let arg = Arg::new(flag.name)
        .long(flag.name)
        .help(StyledStr::from(flag.help))
        .help_heading(flag.group.title())
        .action(if flag.shape.is_list() { ArgAction::Append } else { ArgAction::Set });
    let arg = flag.short.into_iter().fold(arg, Arg::short);
    match flag.shape {
        Shape::Switch => alone(arg).value_parser(["true", "false"]),
        Shape::Means(_) => alone(arg).value_parser(["true"]),
        Shape::OneOf(words) => {
            arg.value_parser(PossibleValuesParser::new(words)).value_name("WORD")
        }
        _ => arg.value_name(flag.shape.placeholder()),
    }
}

/// The flag alone is `true`; another value follows a `=`.
fn alone(arg: Arg) -> Arg {
    arg.num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .value_name("true|false")
        .hide_possible_values(true)
}

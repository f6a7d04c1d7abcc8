//! `berth policy check`: save checks 3 to 8 on one document.

use domain::ScopeLevel;
use domain::policy::{
    Issue, SavePlace, SaveReport, Source, WorkloadType, read_bytes, save, system,
};
use serde_json::json;

use super::{CheckArgs, Format, Outcome, read_file};

pub(super) fn outcome(args: &CheckArgs) -> Outcome {
    let file = args.file.display().to_string();
    let bytes = match read_file(&args.file) {
        Ok(bytes) => bytes,
        Err(cause) => {
            let err = vec![format!("could not read {file}: {cause}")];
            return Outcome { err, code: 2, ..Outcome::default() };
        }
    };
    let report = check(&bytes, args.of);
    let out = match args.format {
        Format::Json => format!("{:#}\n", json(&report)),
        Format::Table => table(&file, &report),
    };
    Outcome { out, code: u8::from(!report.is_accepted()), ..Outcome::default() }
}

fn check(bytes: &[u8], of: WorkloadType) -> SaveReport {
    let scope = Source::new(ScopeLevel::Account, "", "");
    let place = SavePlace { of, scope: &scope, above: &[system(of)], below: &[] };
    save(&read_bytes(bytes, of), place, None)
}

fn json(report: &SaveReport) -> serde_json::Value {
    json!({
        "accepted": report.is_accepted(),
        "errors": report.errors,
        "warnings": report.warnings,
    })
}

fn table(file: &str, report: &SaveReport) -> String {
    let SaveReport { errors, warnings } = report;
    let lines = errors.iter().map(|issue| line(file, "error", issue));
    let lines = lines.chain(warnings.iter().map(|issue| line(file, "warning", issue)));
    let told: String = lines.collect();
    format!("{told}{}, {}\n", count(errors.len(), "error"), count(warnings.len(), "warning"))
}

fn line(file: &str, level: &str, issue: &Issue) -> String {
    let place = issue.place.map(|place| format!(":{}:{}", place.line, place.column));
    let field = if issue.field.is_empty() { String::new() } else { format!("{}: ", issue.field) };
    format!("{file}{}: {level}: {field}{}\n", place.unwrap_or_default(), issue.details())
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn told(text: &str) -> String {
        table("policy.yaml", &check(text.as_bytes(), WorkloadType::Workspace))
    }

    #[test]
    fn every_line_names_file_place_and_field() {
        let text = "
rules:
  compute:
    gpuDeviceRequest: {max: 2}
    gpuDevices: {max: 2}
  createHomeDir: {max: 1}
defaults: {backoffLimit: 400}
";
        assert_snapshot!(told(text), @r#"
policy.yaml:5:5: error: compute.gpuDevices: Add a valid policy YAML;json: unknown field "gpuDevices"
policy.yaml:6:19: error: createHomeDir: “createHomeDir” can’t have the rule “max”.
policy.yaml:7:26: error: backoffLimit: The default of “backoffLimit” must be between 0 and 100.
policy.yaml:4:5: warning: compute.gpuDevicesRequest: “gpuDeviceRequest” is stored as “gpuDevicesRequest”; write “gpuDevicesRequest”.
3 errors, 1 warning
"#);
    }

    #[test]
    fn a_good_document_is_told_so() {
        assert_snapshot!(told("defaults: {image: ubuntu}"), @"0 errors, 0 warnings");
    }
}

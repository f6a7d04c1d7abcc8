//! What a workload used, worded and drawn for the pane. Only the server does; the numbers are those of the interface
//! (`control::metrics`).

use control::{
    ControlPlane, Error,
    metrics::{Measurement, Metric},
};
use domain::{
    ClusterId, MemoryBytes, Timestamp, WorkloadId,
    access::Actor,
    duration::minute,
    quantity::rounded,
    sample::{Point, SAMPLE_SECS, Span},
    submission::GpuRequest,
};

use super::metrics::{Measured, Range};
use crate::{
    ui::{CHART_SIZE, Chart, ChartLine},
    words::capital,
};

/// Points of a line at most, and rows of a table.
const POINTS: usize = 120;
const ROWS: usize = 12;
/// Parts of a span that may be missing within a line.
const GAP_PARTS: f64 = 2.5;
/// Words under a chart.
const TIMES: usize = 5;

/// In what a quantity is written.
#[derive(Clone, Copy)]
enum Unit {
    Cores,
    Bytes,
    Percent,
}

impl Unit {
    fn written(self, value: f64) -> String {
        match self {
            Self::Cores => format!("{} cores", rounded(value, 2)),
            Self::Bytes => MemoryBytes(value as i64).to_string(),
            Self::Percent => format!("{} %", rounded(value, 0)),
        }
    }

    /// The top of a chart on which `highest` has room.
    fn top(self, highest: f64) -> f64 {
        match self {
            Self::Percent => 100.0,
            Self::Cores => round_up(highest.max(0.1)),
            Self::Bytes => round_up(highest.max(1e6)),
        }
    }
}

/// The next number that is 1, 2 or 5 with zeros.
fn round_up(number: f64) -> f64 {
    let unit = 10_f64.powf(number.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|step| step * unit)
        .into_iter()
        .find(|top| *top >= number)
        .unwrap_or(number)
}

/// Everything that was measured in a range of time that ends now.
pub async fn measured(
    control: &ControlPlane,
    actor: &Actor,
    id: WorkloadId,
    range: Range,
) -> Result<Measured, Error> {
    let workload = control.workload(actor, id)?;
    let end = control.now();
    let since = control.measured_since(actor, id).await?;
    let secs = match range {
        Range::Hour => 3_600,
        Range::SixHours => 6 * 3_600,
        Range::Day => 24 * 3_600,
        Range::Week => 7 * 24 * 3_600,
        Range::All => since.map_or(3_600, |since| end.as_second() - since.as_second()).max(600),
    };
    let start = Timestamp::from_second(end.as_second().saturating_sub(secs)).unwrap_or(end);
    let points = POINTS.min(usize::try_from(secs / SAMPLE_SECS).unwrap_or(POINTS)).max(1);
    let span = Span { start, end, points };
    let wanted = [
        Metric::CpuUsage,
        Metric::MemoryUsage,
        Metric::GpuUtilizationPerGpu,
        Metric::GpuMemoryUsagePerGpu,
    ];
    let fine = control.metrics(actor, id, &wanted, span).await?;
    let rows = control.metrics(actor, id, &wanted, Span { points: ROWS, ..span }).await?;
    let of = |metric, title: &str, unit| {
        let own = |all: &[Measurement]| -> Vec<Measurement> {
            all.iter()
                .filter(|one| one.metric == metric && !one.points.is_empty())
                .cloned()
                .collect()
        };
        chart(title, unit, span, &own(&fine), &own(&rows))
    };
    let charts = [
        of(Metric::GpuUtilizationPerGpu, "GPU utilization", Unit::Percent),
        of(Metric::GpuMemoryUsagePerGpu, "GPU memory", Unit::Bytes),
        of(Metric::CpuUsage, "CPU compute", Unit::Cores),
        of(Metric::MemoryUsage, "CPU memory", Unit::Bytes),
    ];
    let charts: Vec<_> = charts.into_iter().flatten().collect();
    let has_gpus = workload.spec.pod.gpu != GpuRequest::None;
    let note = match charts.first() {
        None => {
            let why = unmeasured(control, workload.cluster);
            Some(why.unwrap_or_else(|| if since.is_none() { NEVER } else { NOT_THEN }.to_owned()))
        }
        Some(first) => (has_gpus && !first.title.starts_with("GPU")).then(|| NO_GPUS.to_owned()),
    };
    Ok(Measured { times: times(span), charts, note })
}

/// Why nothing is measured in a cluster; `None` where it is.
fn unmeasured(control: &ControlPlane, cluster: ClusterId) -> Option<String> {
    let why = control.world().abilities.get(&cluster)?.unmeasured.clone()?;
    Some(format!("Nothing is measured here. {}", capital(&why)))
}

const NEVER: &str =
    "Nothing has been measured yet. What it uses is measured every half minute while it runs.";
const NOT_THEN: &str = "Nothing was measured in this time: it did not run, or Berth did not.";
const NO_GPUS: &str =
    "What its GPUs do is not measured here: that takes NVIDIA's library (NVML) where Berth runs.";

fn times(span: Span) -> Vec<String> {
    let millis = span.end.as_millisecond() - span.start.as_millisecond();
    let is_long = millis > 36 * 3_600 * 1_000;
    let part = millis / (TIMES as i64 - 1);
    let at = (0..TIMES as i64).map(|n| span.start.as_millisecond() + part * n);
    let at = at.filter_map(|millis| Timestamp::from_millisecond(millis).ok());
    at.map(|at| short(&minute(at), is_long)).collect()
}

/// `13:52` of `2026-11-24 13:52 UTC`, or `11-24 13:52` where that says more.
fn short(minute: &str, with_day: bool) -> String {
    let from = if with_day { 5 } else { 11 };
    minute.get(from..16).unwrap_or(minute).to_owned()
}

fn chart(
    title: &str,
    unit: Unit,
    span: Span,
    measured: &[Measurement],
    rows: &[Measurement],
) -> Option<Chart> {
    let all = || measured.iter().flat_map(|one| &one.points).map(|point| point.value);
    let highest = all()
        .fold(None, |most: Option<f64>, value| Some(most.map_or(value, |most| most.max(value))))?;
    let mean = all().sum::<f64>() / all().count() as f64;
    let last = measured.iter().filter_map(|one| one.points.last()).max_by_key(|point| point.at)?;
    let top = unit.top(highest);
    let told = format!(
        "{} at {}. On the average {}, at most {}.",
        unit.written(last.value),
        short(&minute(last.at), false),
        unit.written(mean),
        unit.written(highest)
    );
    let line =
        |one: &Measurement| ChartLine { name: name(one), path: path(&one.points, span, top) };
    Some(Chart {
        title: title.to_owned(),
        told,
        heights: [top, top / 2.0, 0.0].map(|height| unit.written(height)).to_vec(),
        lines: measured.iter().map(line).collect(),
        rows: table(unit, rows),
    })
}

fn name(one: &Measurement) -> String {
    one.gpu.map_or_else(|| "Used".to_owned(), |gpu| format!("GPU {gpu}"))
}

/// The points as SVG draws them; a new line where nothing was measured between two.
fn path(points: &[Point], span: Span, top: f64) -> String {
    let (width, height) = CHART_SIZE;
    let gap = GAP_PARTS / span.points as f64;
    let (mut path, mut before) = (String::new(), None::<f64>);
    for point in points {
        let share = span.share(point.at);
        let goes_on = before.is_some_and(|before| share - before <= gap);
        let (x, y) = (share * width, height - point.value / top * height);
        let word = if goes_on { 'L' } else { 'M' };
        path += &format!("{word}{} {}", rounded(x, 1), rounded(y, 1));
        if !goes_on {
            // Alone, it is a dot.
            path += "h0";
        }
        before = Some(share);
    }
    path
}

fn table(unit: Unit, measured: &[Measurement]) -> Vec<(String, Vec<String>)> {
    let mut times: Vec<_> =
        measured.iter().flat_map(|one| &one.points).map(|point| point.at).collect();
    times.sort_unstable();
    times.dedup();
    let row = |at: Timestamp| {
        let value = |one: &Measurement| {
            let point = one.points.iter().find(|point| point.at == at);
            point.map_or_else(|| "–".to_owned(), |point| unit.written(point.value))
        };
        (minute(at), measured.iter().map(value).collect())
    };
    times.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn points(values: &[(i64, f64)]) -> Vec<Point> {
        values.iter().map(|(second, value)| Point { at: at(*second), value: *value }).collect()
    }

    #[test]
    fn a_line_is_interrupted_where_nothing_was_measured() {
        let span = Span { start: at(0), end: at(100), points: 10 };
        let path = path(&points(&[(5, 0.0), (15, 2.0), (75, 1.0)]), span, 2.0);
        assert_eq!(path, "M50 200h0L150 0M750 100h0");
    }

    #[test]
    fn a_chart_says_what_it_shows() {
        let span = Span { start: at(0), end: at(3_600), points: 4 };
        let measured = |gpu, values: &[(i64, f64)]| Measurement {
            metric: Metric::GpuUtilizationPerGpu,
            gpu: Some(gpu),
            points: points(values),
        };
        let all = [measured(0, &[(450, 10.0), (1_350, 90.0)]), measured(3, &[(1_350, 20.0)])];
        let chart = chart("GPU utilization", Unit::Percent, span, &all, &all).unwrap();
        let names: Vec<_> = chart.lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["GPU 0", "GPU 3"]);
        assert_eq!(chart.heights, ["100 %", "50 %", "0 %"]);
        assert_eq!(chart.told, "20 % at 00:22. On the average 40 %, at most 90 %.");
        assert_eq!(chart.rows[0].1, ["10 %", "–"]);
        assert_eq!(
            chart.rows[1],
            ("1970-01-01 00:22 UTC".into(), vec!["90 %".into(), "20 %".into()])
        );
    }

    #[test]
    fn tops_are_round() {
        for (highest, top) in [(0.0, 0.1), (0.11, 0.2), (0.2, 0.2), (3.0, 5.0), (70.0, 100.0)] {
            assert_eq!(Unit::Cores.top(highest), top, "{highest}");
        }
        assert_eq!(Unit::Bytes.written(Unit::Bytes.top(3.3e8)), "500 MB");
    }

    #[test]
    fn times_are_as_long_as_they_must_be() {
        let day = Span { start: at(0), end: at(4 * 3_600), points: 1 };
        assert_eq!(times(day), ["00:00", "01:00", "02:00", "03:00", "04:00"]);
        let week = Span { end: at(7 * 86_400), ..day };
        assert_eq!(times(week)[1], "01-02 18:00");
    }
}

//! What workloads used is kept and thinned out; and a store that is handed over.

use domain::{
    Cores, MemoryBytes, Timestamp, WorkloadId,
    sample::{COARSE_KEPT_SECS, FINE_KEPT_SECS, GpuSample, Sample},
};
use store::{Error, Store};

use crate::{Place, samples::workload};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn sample(second: i64) -> Sample {
    let gpus = vec![GpuSample { index: 3, busy_percent: 90, memory: MemoryBytes::gib(7) }];
    Sample { at: at(second), cpu: Cores(1_500), memory: MemoryBytes(64 << 20), gpus }
}

/// When the samples that are kept of a workload were taken.
async fn seconds(store: &Store, id: WorkloadId) -> Vec<i64> {
    let all = store.samples(id, at(0), at(i64::from(i32::MAX))).await.unwrap();
    all.iter().map(|sample| sample.at.as_second()).collect()
}

pub async fn samples_are_kept_and_thinned_out(place: Place) {
    let store = place.open().await;
    let (one, other) = (workload(1, "a").id, workload(2, "b").id);
    assert_eq!(store.first_sample(one).await.unwrap(), None);
    let kept: Vec<_> = [0, 30, 570, 600, 630].map(|second| (one, sample(second))).into();
    store.keep_samples(&kept).await.unwrap();
    store.keep_samples(&[(other, sample(30))]).await.unwrap();
    // A window is written once.
    let again = Sample { cpu: Cores(1), ..sample(30) };
    store.keep_samples(&[(one, again)]).await.unwrap();

    let read = store.samples(one, at(30), at(600)).await.unwrap();
    assert_eq!(read, [sample(30), sample(570)]);
    assert_eq!(store.first_sample(one).await.unwrap(), Some(at(0)));

    // A day later one in ten minutes is left, after 90 days none.
    store.thin_samples(at(FINE_KEPT_SECS + 601)).await.unwrap();
    assert_eq!(seconds(&store, one).await, [0, 600, 630]);
    store.thin_samples(at(COARSE_KEPT_SECS + 1)).await.unwrap();
    assert_eq!(seconds(&store, one).await, [600]);
    assert!(seconds(&store, other).await.is_empty());
}

pub async fn who_has_handed_over_reads_and_writes_no_more(place: Place) {
    let old = place.open().await;
    let one = workload(1, "a").id;
    old.keep_samples(&[(one, sample(0))]).await.unwrap();
    old.seal().await;
    let refused = old.keep_samples(&[(one, sample(30))]).await.unwrap_err();
    assert!(matches!(refused, Error::HandedOver), "{refused:?}");
    assert!(matches!(old.commit(&[]).await, Err(Error::HandedOver) | Ok(())));
    // The next one has it, while this one still reads.
    let new = place.open().await;
    new.keep_samples(&[(one, sample(30))]).await.unwrap();
    assert_eq!(old.samples(one, at(0), at(60)).await.unwrap().len(), 2);
    old.load(Timestamp::MAX).await.unwrap();
}

//! Volumes that tie a pod to a node: those that one node at a time may mount, and those that are reached from some
//! nodes only.

mod common;

use common::{read, story};
use insta::assert_snapshot;
use scheduler::Scheduler;

#[test]
fn who_uses_a_volume_of_one_node_comes_to_it() {
    assert_snapshot!(story("
        node n1 gpus=4
        node n2 gpus=8
        project a gpus=12
        job holder gpus=2 claim=data on=n1:0,1
        job second gpus=1 claim=data"), @"second: default/n1 [2]");
}

#[test]
fn of_two_who_wait_the_second_follows_the_first() {
    assert_snapshot!(story("
        node n1 gpus=4
        node n2 gpus=4
        project a gpus=8
        job one gpus=4 on=n1:0,1,2,3
        job first gpus=1 claim=data
        job second gpus=1 claim=data"), @"
    first: default/n2 [0]
    second: default/n2 [1]
    ");
}

#[test]
fn where_there_is_no_room_beside_it_who_holds_it_is_named() {
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=8
        project a gpus=10
        job holder gpus=2 claim=data on=n1:0,1
        job second gpus=1 claim=data"), @"second: VolumeBusy Waiting: volume data is attached to holder on n1 and can be used by one node only; there is no room on that one.");
}

#[test]
fn a_claim_of_the_same_name_in_another_project_is_another_volume() {
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=8
        project a gpus=5
        project b gpus=5
        job holder gpus=2 claim=data on=n1:0,1 project=a
        job second gpus=1 claim=data project=b"), @"second: default/n2 [0]");
}

#[test]
fn what_the_claim_does_not_say_of_its_volume_somebody_else_may() {
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=8
        project a gpus=10
        volume data one-node
        job holder gpus=2 claim=data@ on=n1:0,1
        job second gpus=1 claim=data@"), @"second: VolumeBusy Waiting: volume data is attached to holder on n1 and can be used by one node only; there is no room on that one.");
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=8
        project a gpus=10
        volume data nodes=n1
        job second gpus=1 claim=data@"), @"second: default/n1 [0]");
}

#[test]
fn a_shared_volume_is_the_same_in_all_projects_of_its_place_and_in_no_other() {
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=8
        department one gpus=10
        department two gpus=10
        project a gpus=4 department=one
        project b gpus=4 department=one
        project c gpus=4 department=two
        volume data department=one shared one-node
        job holder gpus=2 claim=data@ on=n1:0,1 project=a
        job second gpus=1 claim=data@ project=b
        job third gpus=1 claim=data@ project=c"), @"
    third: default/n2 [0]
    second: VolumeBusy Waiting: volume data is attached to holder on n1 and can be used by one node only; there is no room on that one.
    ");
}

#[test]
fn the_volume_of_the_place_that_is_nearest_counts() {
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=8
        project a gpus=10
        project b gpus=10
        volume data project=a
        volume data one-node
        job holder gpus=1 claim=data@ on=n1:0 project=a
        job second gpus=2 claim=data@ project=a
        job one gpus=1 claim=data@ on=n1:1 project=b
        job other gpus=2 claim=data@ project=b"), @"
    second: default/n2 [0 1]
    other: VolumeBusy Waiting: volume data is attached to one on n1 and can be used by one node only; there is no room on that one.
    ");
}

#[test]
fn a_volume_is_used_from_where_it_can_be_reached() {
    assert_snapshot!(story("
        node n1 gpus=1
        node n2 gpus=2
        node n3 gpus=8
        project a gpus=12
        job one gpus=2 claim=data@n1+n2
        job two gpus=1 claim=data@n1+n2
        job three gpus=1 claim=data@n1+n2
        job four gpus=1 claim=old@n9"), @"
    one: default/n2 [0 1]
    two: default/n1 [0]
    three: VolumeElsewhere Waiting: volume data can be used on n1 and n2 only, where there is no room.
    four: VolumeElsewhere Volume old lies on a node that the cluster no longer has.
    ");
}

/// Others go where the volume is, and not where the room would be.
#[test]
fn room_is_made_where_the_volume_is() {
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=2
        project a gpus=4
        job holder gpus=1 priority=high claim=data on=n1:0
        job old gpus=1 priority=low on=n1:1
        job other gpus=2 priority=low on=n2:0,1
        job urgent gpus=1 priority=very-high claim=data"), @"
    old: evicted by preempt
    urgent: later default/n1 []
    urgent: MakingRoom Room is being made on n1; it starts by 13:40 UTC.
    ");
}

/// All pods of a gang that mount it have to be on one node.
#[test]
fn a_gang_with_a_volume_of_one_node_is_on_one_node() {
    assert_snapshot!(story("
        node n1 gpus=2
        node n2 gpus=2
        node n3 gpus=2
        project a gpus=6
        job fits gpus=1 pods=2 claim=data
        job spans gpus=2 pods=2 claim=other priority=very-low"), @"
    fits: default/n1 [0]
    fits: default/n1 [1]
    spans: NoNodeMatches None of the 3 nodes in default matches the affinity to other pods by the label kubernetes.io/hostname.
    ");
}

#[test]
fn a_verdict_knows_the_volume_too() {
    let cluster = read(
        "
        node n1 gpus=2
        node n2 gpus=8
        project a gpus=10
        job holder gpus=2 claim=data on=n1:0,1
        probe gpus=1",
    );
    let mut probe = cluster.probe.expect("a question");
    let scheduler = Scheduler::new(cluster.snapshot);
    let outcome = |probe: &_| scheduler.verdict(probe).outcome.kind();
    assert_snapshot!(format!("{:?}", outcome(&probe)), @"StartsNow");
    let claims = scheduler.snapshot().jobs[0].pods[0].request.claims.clone();
    probe.spec.pod.claims = claims;
    assert_snapshot!(format!("{:?}", outcome(&probe)), @"Waits");
}

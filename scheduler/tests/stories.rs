//! Small clusters with one thing to see in each: where work goes, who goes first, why it waits, and
//! what would help.

mod common;

use common::story;
use insta::assert_snapshot;

#[test]
fn bin_pack_fills_one_node_and_spread_uses_the_emptiest() {
    let jobs = "
        node n1 gpus=4
        node n2 gpus=4
        job old gpus=1 on=n2:0
        job gpu gpus=1
        job cpu cpu=2";
    assert_snapshot!(story(jobs), @r"
    gpu: default/n2 [1]
    cpu: default/n2 []
    ");
    let spread = format!("pool default gpu=spread cpu=spread\n{jobs}");
    assert_snapshot!(story(&spread), @r"
    gpu: default/n1 [0]
    cpu: default/n1 []
    ");
}

#[test]
fn what_others_use_of_a_node_is_not_free_and_not_for_ever() {
    assert_snapshot!(story("
        node n1 gpus=4 taken=3
        job one gpus=1
        job half part=0.5
        job all gpus=4"), @r"
    one: default/n1 [0]
    half: Busy Waiting for 0.5 GPUs on one node in default; none is free.
    all: Busy Waiting for 4 GPUs on one node in default; none is free. 1 workload is ahead.
    ");
}

#[test]
fn fractions_share_a_device_and_whole_ones_stay_fresh() {
    assert_snapshot!(story("
        node n1 gpus=3
        job half part=0.5
        job other-half part=0.5
        job quarter part=0.25
        job whole gpus=1
        job too-much part=0.8"), @r"
    half: default/n1 [0*0.5]
    other-half: default/n1 [0*0.5]
    quarter: default/n1 [1*0.25]
    whole: default/n1 [2]
    too-much: Busy Waiting for 0.8 GPUs on one node in default; the most free on one node is 0.75 (n1).
    ");
}

#[test]
fn spread_takes_a_fresh_device_for_each_fraction() {
    assert_snapshot!(story("
        pool default gpu=spread
        node n1 gpus=2
        job a part=0.5
        job b part=0.5
        job c part=0.4"), @r"
    a: default/n1 [0*0.5]
    b: default/n1 [1*0.5]
    c: default/n1 [0*0.4]
    ");
}

#[test]
fn several_devices_take_the_same_part_of_each() {
    assert_snapshot!(story("
        node n1 gpus=4
        job old part=0.5 on=n1:1
        job pair gpus=2 part=0.5"), @"pair: default/n1 [0*0.5 1*0.5]");
}

#[test]
fn memory_of_a_device_is_a_part_of_it() {
    assert_snapshot!(story("
        node small gpus=1x40
        node large gpus=1x80
        job forty gpu-memory=40
        job sixty gpu-memory=60
        job twenty gpu-memory=20
        probe gpu-memory=100"), @r"
    forty: default/large [0*0.501]
    twenty: default/large [0*0.25]
    sixty: Busy Waiting for 1 GPU with 60 GB free on one node in default; none is free.
    never: LargerThanAnyNode No node in default has 100 GB of memory on one GPU; the largest, large, has 80 GB.
      Fraction: Ask for 39 GB of GPU memory -> StartsNow on default/small [0*0.976]
    ");
}

#[test]
fn work_without_gpus_prefers_nodes_without() {
    assert_snapshot!(story("
        node a gpus=8
        node b
        job light cpu=4
        job heavy cpu=14"), @r"
    light: default/b []
    heavy: default/a []
    ");
}

#[test]
fn a_taint_keeps_work_away_that_does_not_tolerate_it() {
    assert_snapshot!(story("
        node n1 gpus=1 taint=team
        job stranger gpus=1
        job friend gpus=1 tolerate=team"), @r"
    friend: default/n1 [0]
    stranger: NoNodeMatches The only node in default keeps work away that does not tolerate the taint team.
    ");
}

#[test]
fn a_soft_taint_is_the_last_choice() {
    assert_snapshot!(story("
        node n1 gpus=1 taint=old:PreferNoSchedule
        node n2 gpus=1
        job first gpus=1
        job second gpus=1"), @r"
    first: default/n2 [0]
    second: default/n1 [0]
    ");
}

#[test]
fn node_affinity_chooses_by_label() {
    assert_snapshot!(story("
        node n1 gpus=4 label.zone=north
        node n2 gpus=4 label.zone=south
        job south gpus=1 affinity=zone:In:south
        job either gpus=1 affinity=zone:In:west affinity=zone:NotIn:north
        job nowhere gpus=1 affinity=zone:DoesNotExist"), @r"
    south: default/n2 [0]
    either: default/n2 [1]
    nowhere: NoNodeMatches None of the 2 nodes in default matches the node affinity.
    ");
}

#[test]
fn what_it_would_rather_have_chooses_among_nodes_that_fit() {
    assert_snapshot!(story("
        node n1 gpus=1
        node n2 gpus=4 label.zone=north
        node n3 gpus=4 label.zone=south
        job anywhere gpus=1
        job north gpus=1 rather-on=zone:In:north
        job south gpus=2 rather-on=zone:In:north rather-on=zone:In:south@5
        job too-large gpus=4 rather-on=zone:In:south
        job nowhere gpus=1 rather-on=zone:In:west"), @r"
    anywhere: default/n1 [0]
    north: default/n2 [0]
    south: default/n3 [0 1]
    nowhere: default/n3 [2]
    too-large: Busy Waiting for 4 GPUs on one node in default; the most free on one node is 3 (n2).
    ");
}

#[test]
fn it_would_rather_be_near_some_and_far_from_others() {
    assert_snapshot!(story("
        node n1 gpus=4 label.zone=north
        node n2 gpus=4 label.zone=south
        node n3 gpus=4 label.zone=south
        job data gpus=1 tag=a on=n2:0
        job reader gpus=1 rather-near=zone:a
        job other gpus=1 rather-apart=zone:a
        job second gpus=1 rather-near=kubernetes.io/hostname:a rather-apart=zone:a@2
        job far-away gpus=4 rather-near=kubernetes.io/hostname:a"), @r"
    reader: default/n2 [1]
    other: default/n1 [0]
    second: default/n1 [1]
    far-away: default/n3 [0 1 2 3]
    ");
}

#[test]
fn node_type_chooses_nodes() {
    assert_snapshot!(story("
        node n1 gpus=1 type=a100
        node n2 gpus=1 type=h100
        job fast gpus=1 type=h100
        probe gpus=1 type=b200"), @r"
    fast: default/n2 [0]
    never: NoNodeMatches None of the 2 nodes in default has node type b200.
      DropConstraint: Leave out node type b200 -> StartsNow on default/n1 [0]
    ");
}

#[test]
fn pools_are_tried_in_order() {
    assert_snapshot!(story("
        pool a100
        pool h100
        node a1 gpus=1 pool=a100
        node h1 gpus=2 pool=h100
        project p pools=a100,h100
        job of-project gpus=1
        job of-its-own gpus=1 pools=h100
        job falls-through gpus=1
        job full gpus=1
        job strange gpus=1 pools=b200"), @r"
    of-project: a100/a1 [0]
    of-its-own: h100/h1 [0]
    falls-through: h100/h1 [1]
    full: Busy Waiting for 1 GPU on one node in a100; none is free. | Busy Waiting for 1 GPU on one node in h100; none is free.
    strange: NoSuchPool The cluster has no node pool b200.
    ");
}

#[test]
fn higher_priority_goes_first_and_then_who_came_first() {
    assert_snapshot!(story("
        node n1 gpus=2
        job low gpus=1 priority=low
        job high gpus=1 priority=high
        job also-high gpus=1 priority=high
        job very-high gpus=1 priority=very-high"), @r"
    very-high: default/n1 [0]
    high: default/n1 [1]
    also-high: Busy Waiting for 1 GPU on one node in default; none is free.
    low: Busy Waiting for 1 GPU on one node in default; none is free. 1 workload is ahead.
    ");
}

#[test]
fn the_project_that_uses_least_of_its_quota_goes_first() {
    assert_snapshot!(story("
        node n1 gpus=3
        project busy gpus=2
        project idle gpus=2
        job running project=busy gpus=1 on=n1:0
        job busy-1 project=busy gpus=1
        job idle-1 project=idle gpus=1
        job idle-2 project=idle gpus=1"), @r"
    idle-1: default/n1 [1]
    busy-1: default/n1 [2]
    idle-2: Busy Waiting for 1 GPU on one node in default; none is free.
    ");
}

#[test]
fn work_within_quota_goes_before_work_beyond_it() {
    assert_snapshot!(story("
        node n1 gpus=2
        project poor gpus=0 rank=7
        project rich gpus=2
        job borrows project=poor gpus=1 priority=low
        job owns-1 project=rich gpus=1
        job owns-2 project=rich gpus=1"), @r"
    owns-1: default/n1 [0]
    owns-2: default/n1 [1]
    borrows: OverFairShare Waiting: everything in default is in use, and project poor already has its fair share (0 of 0 GPUs). | Busy Waiting for 1 GPU on one node in default; none is free.
    ");
}

#[test]
fn non_preemptible_work_stays_inside_the_quota_of_its_project() {
    assert_snapshot!(story("
        node n1 gpus=8
        project p gpus=2
        job old gpus=1 on=n1:0
        job firm gpus=2
        job loose gpus=2 preemptible
        probe gpus=2"), @r"
    loose: default/n1 [1 2]
    firm: NonPreemptibleOverQuota Waiting: project p has 1 GPU left of its quota of 2 in default; you asked for 2, and non-preemptible work cannot go over quota.
    waits: NonPreemptibleOverQuota Waiting: project p has 1 GPU left of its quota of 2 in default; you asked for 2, and non-preemptible work cannot go over quota.
      FewerGpus: Ask for 1 GPU -> StartsNow on default/n1 [3]
      Preemptible: Make it preemptible -> StartsNow on default/n1 [3 4]
    ");
}

#[test]
fn non_preemptible_work_stays_inside_the_quota_of_its_department() {
    assert_snapshot!(story("
        node n1 gpus=8
        department d gpus=3
        project a gpus=3
        project b gpus=3
        job old project=a gpus=2 on=n1:0,1
        probe project=b gpus=2"), @r"
    waits: NonPreemptibleOverQuota Waiting: department d has 1 GPU left of its quota of 3 in default; you asked for 2, and non-preemptible work cannot go over quota.
      FewerGpus: Ask for 1 GPU -> StartsNow on default/n1 [2]
      Preemptible: Make it preemptible -> StartsNow on default/n1 [2 3]
      AskOwner: Have the quota of department d in default raised to 4 GPUs -> StartsNow on default/n1 [2 3]
    ");
}

#[test]
fn quota_of_cores_and_memory_counts_too() {
    assert_snapshot!(story("
        node n1 cpu=64 memory=256
        project p cores=4 memory=8
        job cores cpu=5
        job bytes memory=9
        job fits cpu=4 memory=8"), @r"
    fits: default/n1 []
    cores: NonPreemptibleOverQuota Waiting: project p has 4 cores left of its quota of 4 in default; you asked for 5, and non-preemptible work cannot go over quota.
    bytes: NonPreemptibleOverQuota Waiting: project p has 8 GB of memory left of its quota of 8 GB in default; you asked for 9 GB, and non-preemptible work cannot go over quota.
    ");
}

#[test]
fn a_limit_holds_for_preemptible_work_too() {
    assert_snapshot!(story("
        node n1 gpus=8
        project p limit=3
        job old gpus=2 on=n1:0,1
        job one gpus=1 preemptible
        job two gpus=1 preemptible
        probe gpus=2 preemptible"), @r"
    one: default/n1 [2]
    two: OverLimit Waiting: project p may use at most 3 GPUs in default; 3 are in use, and you asked for 1.
    waits: OverLimit Waiting: project p may use at most 3 GPUs in default; 3 are in use, and you asked for 2.
    ");
}

#[test]
fn more_than_the_limit_is_never() {
    assert_snapshot!(story("
        node n1 gpus=8
        department d limit=4
        project p
        probe gpus=6 preemptible"), @r"
    never: OverLimit Waiting: department d may use at most 4 GPUs in default; 0 are in use, and you asked for 6.
      FewerGpus: Ask for 4 GPUs -> StartsNow on default/n1 [0 1 2 3]
      AskOwner: Have the limit of department d in default raised to 6 GPUs -> StartsNow on default/n1 [0 1 2 3 4 5]
    ");
}

#[test]
fn a_pool_without_quota_and_over_quota_is_closed() {
    assert_snapshot!(story("
        pool a100
        node n1 gpus=4 pool=a100
        node n2 gpus=4
        project p gpus.a100=0 limit.a100=0
        job closed gpus=1 preemptible pools=a100
        job no-gpu pools=a100
        probe gpus=1 pools=a100"), @r"
    no-gpu: a100/n1 []
    closed: PoolClosed Project p has no quota and no over-quota in pool a100.
    never: PoolClosed Project p has no quota and no over-quota in pool a100.
      OtherPool: Use node pool default first -> StartsNow on default/n2 [0]
    ");
}

#[test]
fn larger_than_any_node_is_never() {
    assert_snapshot!(story("
        node n1 gpus=4
        node n2 gpus=2
        job many gpus=5
        job cores cpu=17
        job bytes gpus=1 memory=65
        probe gpus=5"), @r"
    many: LargerThanAnyNode No node in default has 5 GPUs; the largest, n1, has 4.
    cores: LargerThanAnyNode No node in default has 17 cores; the largest, n1, has 16.
    bytes: LargerThanAnyNode No node in default has 65 GB of memory; the largest, n1, has 64 GB.
    never: LargerThanAnyNode No node in default has 5 GPUs; the largest, n1, has 4.
      FewerGpus: Ask for 4 GPUs -> StartsNow on default/n1 [0 1 2 3]
    ");
}

#[test]
fn no_node_matches_is_never() {
    assert_snapshot!(story("
        node n1 gpus=4 has.rdma/hca=2
        node n2 gpus=4
        job typed gpus=1 type=h200
        job there gpus=1 affinity=zone:In:north
        job linked gpus=1 needs.rdma/hca=2
        job more-linked gpus=1 needs.rdma/hca=3
        job too-late gpus=1 needs.rdma/hca=1
        probe gpus=1 type=h200"), @r"
    linked: default/n1 [0]
    typed: NoNodeMatches None of the 2 nodes in default has node type h200.
    there: NoNodeMatches None of the 2 nodes in default matches the node affinity.
    more-linked: NoNodeMatches None of the 2 nodes in default offers 3 rdma/hca.
    too-late: NoNodeMatches The only fitting node in default does not have 1 rdma/hca free.
    never: NoNodeMatches None of the 2 nodes in default has node type h200.
      DropConstraint: Leave out node type h200 -> StartsNow on default/n1 [1]
    ");
}

#[test]
fn nodes_that_are_not_ready_are_waited_for() {
    assert_snapshot!(story("
        node n1 gpus=8 ready=no
        node n2 gpus=2
        job small gpus=1
        probe gpus=4"), @r"
    small: default/n2 [0]
    waits: NodesNotReady The only fitting node in default, n1, is not ready since 13:40 UTC.
      FewerGpus: Ask for 1 GPU -> StartsNow on default/n2 [1]
    ");
}

#[test]
fn an_empty_pool_says_so() {
    assert_snapshot!(story("
        pool a100
        node n1 gpus=1
        probe gpus=1 pools=a100"), @r"
    never: PoolEmpty Node pool a100 has no nodes.
      OtherPool: Use node pool default first -> StartsNow on default/n1 [0]
    ");
}

#[test]
fn a_full_cluster_tells_how_many_are_ahead() {
    assert_snapshot!(story("
        node n1 gpus=4
        node n2 gpus=4
        job old gpus=3 on=n1:0,1,2
        job older gpus=2 on=n2:0,1
        job a gpus=3
        job b gpus=4
        probe gpus=4"), @r"
    a: Busy Waiting for 3 GPUs on one node in default; the most free on one node is 2 (n2).
    b: Busy Waiting for 4 GPUs on one node in default; the most free on one node is 2 (n2). 1 workload is ahead.
    waits: Busy Waiting for 4 GPUs on one node in default; the most free on one node is 2 (n2). 2 workloads are ahead.
      FewerGpus: Ask for 2 GPUs -> StartsNow on default/n2 [2 3]
    ");
}

#[test]
fn what_runs_is_never_offered_a_reason() {
    assert_snapshot!(story("
        node n1 gpus=1
        job old gpus=1 on=n1:0"), @"");
}

#[test]
fn a_cluster_out_of_reach_decides_nothing() {
    assert_snapshot!(story("
        unreachable
        node n1 gpus=1
        job waits gpus=1
        probe gpus=1"), @r"
    waits: ClusterUnreachable No contact with cluster one since 13:40 UTC; running work is not affected.
    waits: ClusterUnreachable No contact with cluster one since 13:40 UTC; running work is not affected.
    ");
}

#[test]
fn never_and_waits_differ_by_what_the_empty_cluster_would_do() {
    let cluster = "
        node n1 gpus=2
        project p gpus=2
        job old gpus=2 on=n1:0,1";
    assert_snapshot!(story(&format!("{cluster}\nprobe gpus=2")), @"waits: NonPreemptibleOverQuota Waiting: project p has 0 GPUs left of its quota of 2 in default; you asked for 2, and non-preemptible work cannot go over quota.");
    assert_snapshot!(story(&format!("{cluster}\nprobe gpus=3")), @r"
    never: LargerThanAnyNode No node in default has 3 GPUs; the largest, n1, has 2.
      FewerGpus: Ask for 2 GPUs -> Waits
    ");
}

#[test]
fn fix_fewer_gpus_asks_for_the_most_that_start() {
    assert_snapshot!(story("
        node n1 gpus=8
        job old gpus=5 on=n1:0,1,2,3,4
        probe gpus=8"), @r"
    waits: Busy Waiting for 8 GPUs on one node in default; the most free on one node is 3 (n1).
      FewerGpus: Ask for 3 GPUs -> StartsNow on default/n1 [5 6 7]
    ");
}

#[test]
fn fix_fraction_takes_the_largest_part_that_starts() {
    assert_snapshot!(story("
        node n1 gpus=1
        job old part=0.6 on=n1:0
        probe gpus=1"), @r"
    waits: Busy Waiting for 1 GPU on one node in default; none is free.
      Fraction: Ask for 40 % of one GPU -> StartsNow on default/n1 [0*0.4]
    ");
}

#[test]
fn fix_other_pool_keeps_the_own_ones_behind() {
    assert_snapshot!(story("
        pool a100
        pool h100
        node a1 gpus=1 pool=a100
        node h1 gpus=1 pool=h100
        job old gpus=1 on=a1:0
        probe gpus=1 pools=a100"), @r"
    waits: Busy Waiting for 1 GPU on one node in a100; none is free.
      OtherPool: Use node pool h100 first -> StartsNow on h100/h1 [0]
    ");
}

#[test]
fn fix_preemptible_goes_over_quota() {
    assert_snapshot!(story("
        node n1 gpus=4
        project p gpus=1
        job old gpus=1 on=n1:0
        probe gpus=1"), @r"
    waits: NonPreemptibleOverQuota Waiting: project p has 0 GPUs left of its quota of 1 in default; you asked for 1, and non-preemptible work cannot go over quota.
      Preemptible: Make it preemptible -> StartsNow on default/n1 [1]
      AskOwner: Have the quota of project p in default raised to 2 GPUs -> StartsNow on default/n1 [1]
    ");
}

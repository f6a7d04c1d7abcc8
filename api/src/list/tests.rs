//! A small fleet, and what queries give of it.

use super::{filter::date, *};

struct Boat(&'static str, f64, Option<&'static str>);

impl Listed for Boat {
    type Id = &'static str;

    fn fields() -> Fields<Self> {
        Fields::<Self>::default()
            .text("name", |boat| lent(boat.0))
            .number("length", |boat| Some(boat.1))
            .date("built", |boat| boat.2.and_then(date))
            .texts("ports", |boat| boat.0.split(' ').collect())
    }

    fn texts(&self) -> Vec<&str> {
        vec![self.0]
    }

    fn id(&self) -> &'static str {
        self.0
    }
}

const FLEET: [Boat; 4] = [
    Boat("Ada Kiel", 12.0, Some("2020-01-01")),
    Boat("berta Bremen", 7.5, None),
    Boat("Clara Kiel", 12.0, Some("2022-06-01T12:00:00Z")),
    Boat("Dora", 30.0, Some("2021-01-01")),
];

/// The names of the boats that a query gives, and the next offset.
fn list(query: &str) -> String {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    match ListQuery::<Boat>::parse(pairs) {
        Err(wrong) => wrong.to_string(),
        Ok(query) => {
            let page = query.page(FLEET);
            let names: Vec<_> = page.items.iter().map(|boat| &boat.0[..1]).collect();
            let next = page.next.map(|n| format!(" next {n}")).unwrap_or_default();
            format!("{}{next}", names.join(""))
        }
    }
}

#[test]
fn filters() {
    let cases = [
        ("filterBy=name==Dora", "D"),
        ("filterBy=name!=Dora", "AbC"),
        ("filterBy=name=@KIEL", "AC"),
        ("filterBy=name!@kiel", "bD"),
        ("filterBy=name=^a", "A"),
        ("filterBy=name=$BREMEN", "b"),
        ("filterBy=length>=12,name=@Kiel", "AC"),
        ("filterBy=length<=7.5", "b"),
        ("filterBy=length>=12&filterBy=length<=12", "AC"),
        ("filterBy=built>=2021-01-01", "CD"),
        ("filterBy=built!=2020-01-01", "bCD"),
        ("filterBy=ports==Kiel", "AC"),
        ("filterBy=ports!=Kiel", "bD"),
        ("search=ie", "AC"),
        ("search=", "AbCD"),
        ("search=ää", ""),
        ("search=KIEL&filterBy=name=^c", "C"),
    ];
    for (query, names) in cases {
        assert_eq!(list(query), names, "{query}");
    }
}

#[test]
fn sorting_and_paging() {
    let cases = [
        ("", "AbCD"),
        ("sortOrder=desc", "DCbA"),
        ("sortBy=name", "AbCD"),
        ("sortBy=length", "bACD"),
        ("sortBy=length&sortOrder=desc", "DACb"),
        ("sortBy=built", "ADCb"),
        ("sortBy=built&sortOrder=desc", "bCDA"),
        ("limit=2", "Ab next 2"),
        ("limit=2&offset=2", "CD"),
        ("offset=9", ""),
    ];
    for (query, names) in cases {
        assert_eq!(list(query), names, "{query}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for query in [
        "limit=0",
        "limit=501",
        "limit=x",
        "offset=-1",
        "sortOrder=up",
        "sortBy=colour",
        "filterBy=colour==red",
        "filterBy=name",
        "filterBy=name=",
        "filterBy=name==",
        "filterBy=name~~x",
        "filterBy=length==long",
        "filterBy=length=@1",
        "filterBy=built>=soon",
        "filterBy=name=é",
        "filterBy=",
        "filterBy=,",
        "filterBy=name==Dora,",
        "filterBy=name==Dora,,length>=1",
        "deleted=perhaps",
        "offset=99999999999999999999",
    ] {
        let parameter = query.split('=').next().unwrap();
        assert!(list(query).starts_with(&format!("{parameter}: ")), "{query}: {}", list(query));
    }
}

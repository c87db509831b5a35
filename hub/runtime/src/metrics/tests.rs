use super::*;
use domain::allocation::fact::Availability;
use domain::id::DepartmentId;
use std::collections::BTreeSet;

const BUILD: Build = Build {
    version: "1.2.3",
    revision: "abc",
};
const DOCUMENT: &str = include_str!("../../../METRICS.md");

fn filled() -> Metrics {
    let metrics = Metrics::new(BUILD);
    let site = metrics.site(&SiteId::new("demo").expect("valid"));
    site.department(&DepartmentId::new("sales").expect("valid"));
    metrics
}

/// Every backticked word of the document that begins with `hub_`.
fn documented() -> BTreeSet<&'static str> {
    DOCUMENT
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.starts_with("hub_"))
        .map(|word| word.split('{').next().unwrap_or(word))
        .collect()
}

#[test]
fn the_document_names_exactly_the_families_that_exist() {
    let metrics = Metrics::new(BUILD);
    let existing: BTreeSet<&str> = metrics.families().iter().copied().collect();
    assert_eq!(documented(), existing);
}

#[test]
fn every_family_shows_with_its_labels_from_the_start() {
    let metrics = filled();
    let text = metrics.render();
    for family in metrics.families() {
        assert!(text.contains(&format!("# TYPE {family} ")), "{family}");
    }
    assert!(text.contains("hub_build_info{revision=\"abc\",version=\"1.2.3\"} 1"));
    assert!(text.contains("hub_offers_total{outcome=\"expired\",site=\"demo\"} 0"));
    let gauge = "hub_agents{availability=\"on_break\",presence=\"away\",site=\"demo\"} 0";
    assert!(text.contains(gauge));
}

#[test]
fn the_document_names_every_label_value() {
    let text = filled().render();
    let values: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('{')?.1.split_once('}'))
        .flat_map(|(labels, _)| labels.split("\","))
        .filter_map(|pair| pair.split_once("=\""))
        .filter(|(name, _)| !["site", "department", "le", "version", "revision"].contains(name))
        .map(|(_, value)| value.trim_end_matches('"'))
        .collect();
    assert!(values.len() > 40);
    for value in values {
        assert!(DOCUMENT.contains(value), "{value} is not explained");
    }
}

#[test]
fn handles_of_one_site_count_together() {
    let metrics = Metrics::new(BUILD);
    let site = SiteId::new("demo").expect("valid");
    metrics.site(&site).messages.get(Author::Customer).inc();
    metrics.site(&site).messages.get(Author::Customer).inc();
    let text = metrics.render();
    assert!(text.contains("hub_messages_total{author=\"customer\",site=\"demo\"} 2"));
}

#[test]
fn two_hubs_in_one_process_count_apart() {
    let (one, two) = (Metrics::new(BUILD), Metrics::new(BUILD));
    one.logins.get(LoginOutcome::Ok).inc();
    assert!(one.render().contains("hub_logins_total{outcome=\"ok\"} 1"));
    assert!(two.render().contains("hub_logins_total{outcome=\"ok\"} 0"));
}

#[test]
fn labels_stand_where_their_index_says() {
    fn check<L: Label + PartialEq + std::fmt::Debug>() {
        for (index, label) in L::ALL.iter().enumerate() {
            assert_eq!(label.index(), index, "{label:?}");
        }
    }
    check::<Availability>();
    check::<RejectedCode>();
    check::<Score>();
    assert_eq!(Score::from_number(5), Some(Score::Five));
    assert_eq!(Score::from_number(0), None);
    assert_eq!(Score::from_number(6), None);
    assert_eq!(
        RejectedCode::from_word("ref_reused"),
        RejectedCode::RefReused
    );
    assert_eq!(RejectedCode::from_word("new"), RejectedCode::Other);
}

//! Look-ups.

use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, SiteId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

/// Which conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Of one customer.
    Customer(CustomerId),
    /// Owned by one agent, wrap-up included.
    Agent(AgentId),
    /// In a line.
    Waiting,
    /// Of one department.
    Department(DepartmentId),
    /// All.
    All,
}

/// A conversation in a list: the services read the rest from its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub conversation: ConversationId,
    /// Its newest record's time, in ms.
    pub at: u64,
}

pub(crate) fn newest(
    db: &Connection,
    site: &SiteId,
    customer: &CustomerId,
) -> rusqlite::Result<Option<u32>> {
    db.prepare_cached("SELECT max(n) FROM conversation WHERE site = ?1 AND customer = ?2")?
        .query_row(params![site.as_str(), customer.as_str()], |row| row.get(0))
        .optional()
        .map(Option::flatten)
}

pub(crate) fn earlier(
    db: &Connection,
    site: &SiteId,
    customer: &CustomerId,
    n: u32,
) -> rusqlite::Result<u32> {
    db.prepare_cached(
        "SELECT count(*) FROM conversation WHERE site = ?1 AND customer = ?2 AND n < ?3",
    )?
    .query_row(params![site.as_str(), customer.as_str(), n], |row| {
        row.get(0)
    })
}

pub(crate) fn open_conversations(
    db: &Connection,
    site: &SiteId,
) -> rusqlite::Result<Vec<ConversationId>> {
    let mut statement = db.prepare_cached(
        "SELECT conversation FROM conversation WHERE site = ?1 AND state <> 'closed'",
    )?;
    let rows = statement.query_map(params![site.as_str()], |row| row.get::<_, String>(0))?;
    rows.map(|row| row.map(|text| ConversationId::new(text).ok()))
        .filter_map(Result::transpose)
        .collect()
}

/// The cursor is `<at>.<conversation>` of the last row: two rows of one millisecond keep apart.
pub(crate) fn list(
    db: &Connection,
    site: &SiteId,
    filter: &Filter,
    before: Option<&str>,
    limit: usize,
) -> rusqlite::Result<(Vec<Row>, Option<String>)> {
    let (condition, value) = condition(filter);
    let (at, conversation) = before.and_then(|b| b.split_once('.')).unwrap_or(("", ""));
    let at = at.parse().unwrap_or(i64::MAX);
    let values: [Value; 5] = [
        site.to_string().into(),
        value.into(),
        at.into(),
        conversation.to_owned().into(),
        (limit as i64).into(),
    ];
    let mut statement = db.prepare_cached(&page(condition))?;
    let found = statement.query_map(params_from_iter(values), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    })?;
    let mut rows = Vec::new();
    for row in found {
        let (conversation, at) = row?;
        if let Ok(conversation) = ConversationId::new(conversation) {
            rows.push(Row {
                conversation,
                at: at.unsigned_abs(),
            });
        }
    }
    let next = if rows.len() == limit {
        rows.last().map(|r| format!("{}.{}", r.at, r.conversation))
    } else {
        None
    };
    Ok((rows, next))
}

fn condition(filter: &Filter) -> (&'static str, String) {
    match filter {
        Filter::Customer(id) => ("customer = ?2", id.to_string()),
        Filter::Agent(id) => ("agent = ?2 AND state <> 'closed'", id.to_string()),
        Filter::Waiting => ("state = ?2 AND state <> 'closed'", "queued".to_owned()),
        Filter::Department(id) => ("department = ?2", id.to_string()),
        Filter::All => ("?2 = ''", String::new()),
    }
}

fn page(condition: &str) -> String {
    format!(
        "SELECT conversation, at FROM conversation WHERE site = ?1 AND {condition}
         AND (at, conversation) < (?3, ?4) ORDER BY at DESC, conversation DESC LIMIT ?5"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every list is one walk along an index that begins with what is asked for: none grows
    /// with the conversations of others, none sorts.
    #[test]
    fn lists_walk_an_index_of_their_own() {
        let db = Connection::open_in_memory().expect("opens");
        db.execute_batch(crate::schema::TABLES).expect("tables");
        let filters = [
            (
                Filter::Customer(CustomerId::new("c").expect("valid")),
                "site=? AND customer=? AND (at",
            ),
            (
                Filter::Agent(AgentId::new("a").expect("valid")),
                "site=? AND agent=? AND (at",
            ),
            (Filter::Waiting, "site=? AND state=? AND (at"),
            (
                Filter::Department(DepartmentId::new("d").expect("valid")),
                "site=? AND department=? AND (at",
            ),
            (Filter::All, "site=? AND (at"),
        ];
        for (filter, expected) in filters {
            let sql = format!("EXPLAIN QUERY PLAN {}", page(condition(&filter).0));
            let mut statement = db.prepare(&sql).expect("prepares");
            let steps: Vec<String> = statement
                .query_map(params!["s", "x", 1, "", 50], |row| row.get(3))
                .expect("explains")
                .collect::<Result<_, _>>()
                .expect("reads");
            assert!(
                steps.len() == 1 && steps[0].contains(expected),
                "{filter:?}: {steps:?}"
            );
        }
    }
}

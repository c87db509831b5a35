//! `hub agent import`: a CSV file with the head
//! `login,name,role,departments,skills,capacity,password`. Everything is checked before the
//! first account is made, and every mistake names its line.

use super::CommandError;
use super::administration::AccountRequest;
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::allocation::fact::SkillLevel;
use domain::id::{AgentId, DepartmentId, SiteId, SkillId};
use services::accounts::Role;
use std::io::Read;
use std::path::Path;

const HEAD: [&str; 7] = [
    "login",
    "name",
    "role",
    "departments",
    "skills",
    "capacity",
    "password",
];

/// The file's accounts with their lines; `-` is standard input.
pub(super) fn read(file: &Path, site: &SiteId) -> Result<Vec<(u64, AccountRequest)>, CommandError> {
    let io = |source| CommandError::Io {
        what: file.display().to_string(),
        source,
    };
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map_err(io)?;
    } else {
        text = std::fs::read_to_string(file).map_err(io)?;
    }
    let name = |message| CommandError::Usage(format!("{}, {message}", file.display()));
    parse(&text, site).map_err(name)
}

/// A skill with its level, as people write it: `zh:3`; without a level it is 1.
pub(super) fn skill(text: &str) -> Result<SkillLevel, String> {
    let (skill, level) = text.split_once(':').unwrap_or((text, "1"));
    let known = SkillId::new(skill).ok().zip(level.parse().ok());
    known
        .filter(|(_, level)| (1..=5).contains(level))
        .map(|(skill, level)| SkillLevel { skill, level })
        .ok_or_else(|| format!("{text:?} is no skill; write skill:level with a level of 1 to 5"))
}

/// A capacity in chats with at most one decimal, in tenths.
pub(super) fn capacity(text: &str) -> Result<u32, String> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let tenths = (!whole.is_empty() && digits(whole) && digits(tenth) && tenth.len() == 1)
        .then(|| format!("{whole}{tenth}").parse().ok())
        .flatten();
    tenths.ok_or_else(|| format!("{text:?} is no capacity; write chats, such as 4 or 2.5"))
}

fn parse(text: &str, site: &SiteId) -> Result<Vec<(u64, AccountRequest)>, String> {
    let mut reader = ReaderBuilder::new()
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let head = reader
        .headers()
        .map_err(|error| format!("line 1: {error}"))?;
    if head.iter().ne(HEAD) {
        return Err(format!("line 1: the head must be {}", HEAD.join(",")));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            format!("line {line}: not {} fields, or not CSV", HEAD.len())
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let account = account(&record, site).map_err(|why| format!("line {line}: {why}"))?;
        rows.push((line, account));
    }
    Ok(rows)
}

fn account(record: &StringRecord, site: &SiteId) -> Result<AccountRequest, String> {
    let field = |index: usize| record.get(index).unwrap_or_default();
    let login = AgentId::new(field(0)).map_err(|e| format!("login {:?}: {e}", field(0)))?;
    let department =
        |text| DepartmentId::new(text).map_err(|e| format!("department {text:?}: {e}"));
    Ok(AccountRequest {
        site: site.clone(),
        name: if field(1).is_empty() {
            login.to_string()
        } else {
            field(1).to_owned()
        },
        login,
        role: match field(2) {
            "agent" | "" => Role::Agent,
            "supervisor" => Role::Supervisor,
            other => return Err(format!("role {other:?} is neither agent nor supervisor")),
        },
        departments: field(3)
            .split_whitespace()
            .map(department)
            .collect::<Result<_, _>>()?,
        skills: field(4)
            .split_whitespace()
            .map(skill)
            .collect::<Result<_, _>>()?,
        capacity: capacity(field(5))?,
        password: field(6).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD_LINE: &str = "login,name,role,departments,skills,capacity,password\n";

    fn parsed(rows: &str) -> Result<Vec<(u64, AccountRequest)>, String> {
        parse(
            &format!("{HEAD_LINE}{rows}"),
            &SiteId::new("demo").expect("valid"),
        )
    }

    #[test]
    fn a_row_is_an_account() {
        let rows = parsed("ada,\"Ada, L.\",agent,sales support,zh:3 en,2.5,secret-words\n")
            .expect("right");
        let (line, account) = &rows[0];
        assert_eq!(*line, 2);
        assert_eq!(account.name, "Ada, L.");
        assert_eq!(account.departments.len(), 2);
        assert_eq!((account.skills[0].level, account.skills[1].level), (3, 1));
        assert_eq!(account.capacity, 25);
    }

    #[test]
    fn mistakes_name_their_line() {
        let good = "ada,Ada,agent,sales,,4,secret-words\n";
        let rows = [
            (
                "a.b,Ada,agent,sales,,4,x",
                "line 3: login \"a.b\": an id is",
            ),
            (
                "bob,Bob,boss,sales,,4,x",
                "line 3: role \"boss\" is neither",
            ),
            (
                "bob,Bob,agent,sales,zh:9,4,x",
                "line 3: \"zh:9\" is no skill",
            ),
            (
                "bob,Bob,agent,sales,,4.25,x",
                "line 3: \"4.25\" is no capacity",
            ),
            ("bob,Bob,agent,sa.les,,4,x", "line 3: department \"sa.les\""),
            ("bob,Bob,agent", "line 3: not 7 fields"),
        ];
        for (row, start) in rows {
            let refused = parsed(&format!("{good}{row}\n")).expect_err(row);
            assert!(refused.starts_with(start), "{refused}");
        }
        let site = SiteId::new("demo").expect("valid");
        let refused = parse("login,name\nada,Ada\n", &site).expect_err("another head");
        assert!(refused.starts_with("line 1: the head must be login,"));
    }

    #[test]
    fn capacities_are_tenths() {
        assert_eq!(capacity("4"), Ok(40));
        assert_eq!(capacity("0.5"), Ok(5));
        for bad in ["", "-1", "1.", ".5", "1.25", "x", "99999999999", "+4"] {
            assert!(capacity(bad).is_err(), "{bad}");
        }
    }
}

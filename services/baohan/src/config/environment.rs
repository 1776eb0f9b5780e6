//! Overrides from the environment: `BAOHAN__GATEWAY__LISTEN`, `BAOHAN__PLATFORMS__0__APPSECRET`.

use std::collections::BTreeMap;

use super::document::{Entry, Node, Origin, Table, Value};

/// What a variable's name begins with.
const PREFIX: &str = "BAOHAN__";
/// What stands between the parts of a path.
const SEPARATOR: &str = "__";

/// The environment, as a value: tests bring their own.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

/// A variable that fits nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The variable.
    pub variable: String,
    /// Why it fits nowhere.
    pub message: String,
}

impl Environment {
    /// The environment of this process; variables that are no UTF-8 are none of ours.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os();
        Self(
            variables
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// The value of a variable, an empty one being none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Lays the overrides over the file's tree; what fits nowhere is given back.
    pub fn lay_over(&self, root: &mut Table) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        for (variable, raw) in &self.0 {
            let Some(path) = variable.strip_prefix(PREFIX) else { continue };
            let path: Vec<String> = path.split(SEPARATOR).map(str::to_lowercase).collect();
            let origin = Origin::Environment { variable: variable.clone(), raw: raw.clone() };
            let value = Value::from_variable(raw, &origin);
            if let Err(message) = put(root, &path, Node { value, origin }) {
                misfits.push(Misfit { variable: variable.clone(), message });
            }
        }
        misfits
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(variables: T) -> Self {
        Self(variables.into_iter().collect())
    }
}

fn put(table: &mut Table, path: &[String], node: Node) -> Result<(), String> {
    let Some((first, rest)) = path.split_first().filter(|(first, _)| !first.is_empty()) else {
        return Err("a part of the path is empty".to_owned());
    };
    if rest.is_empty() {
        let key = node.origin.clone();
        table.entries.insert(first.clone(), Entry { key, node });
        return Ok(());
    }
    let entry = table
        .entries
        .entry(first.clone())
        .or_insert_with(|| Entry { key: node.origin.clone(), node: empty_container(rest, &node.origin) });
    descend(&mut entry.node, rest, node)
}

fn descend(container: &mut Node, path: &[String], node: Node) -> Result<(), String> {
    match &mut container.value {
        Value::Table(table) => put(table, path, node),
        Value::List(items) => {
            let Some((first, rest)) = path.split_first() else {
                return Err("the path ends at a list".to_owned());
            };
            let index: usize = first.parse().map_err(|_| format!("`{first}` is no index of a list"))?;
            if index > items.len() {
                return Err(format!("index {index} leaves a gap: the list has {} entries", items.len()));
            }
            if rest.is_empty() {
                items.splice(index..items.len().min(index + 1), [node]);
                return Ok(());
            }
            if index == items.len() {
                items.push(empty_container(rest, &node.origin));
            }
            descend(&mut items[index], rest, node)
        }
        other => Err(format!("the path goes through {}", other.kind())),
    }
}

/// What a path goes on in: a number is an index of a list.
fn empty_container(rest: &[String], origin: &Origin) -> Node {
    let indexed = rest.first().is_some_and(|part| part.parse::<usize>().is_ok());
    let value = if indexed { Value::List(Vec::new()) } else { Value::Table(Table::default()) };
    Node { value, origin: origin.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(text: &str, variables: &[(&str, &str)]) -> (Table, Vec<Misfit>) {
        let mut table = Table::parse(text).unwrap();
        let variables: Environment =
            variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let misfits = variables.lay_over(&mut table);
        (table, misfits)
    }

    fn at<'t>(table: &'t Table, path: &str) -> &'t Value {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let mut node = table.get(first).unwrap();
        for part in rest.split('.').filter(|part| !part.is_empty()) {
            node = match &node.value {
                Value::Table(table) => table.get(part).unwrap(),
                Value::List(items) => &items[part.parse::<usize>().unwrap()],
                other => panic!("{}", other.kind()),
            };
        }
        &node.value
    }

    #[test]
    fn overrides_a_key_and_makes_its_section() {
        let (table, misfits) = laid(
            "[gateway]\nlisten = \"a\"",
            &[("BAOHAN__GATEWAY__LISTEN", "b"), ("BAOHAN__LOG__LEVEL", "debug")],
        );
        assert_eq!(misfits, []);
        assert!(matches!(at(&table, "gateway.listen"), Value::Text(text) if text == "b"));
        assert!(matches!(at(&table, "log.level"), Value::Text(text) if text == "debug"));
    }

    #[test]
    fn reaches_into_arrays_of_tables_and_appends_one() {
        let variables = [
            ("BAOHAN__PLATFORMS__0__APPSECRET", "s0"),
            ("BAOHAN__PLATFORMS__1__APPKEY", "k1"),
            ("BAOHAN__PLATFORMS__1__APPSECRET", "s1"),
        ];
        let (table, misfits) = laid("[[platforms]]\nappkey = \"k0\"", &variables);
        assert_eq!(misfits, []);
        assert!(matches!(at(&table, "platforms.0.appsecret"), Value::Text(text) if text == "s0"));
        assert!(matches!(at(&table, "platforms.1.appkey"), Value::Text(text) if text == "k1"));
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told() {
        let (_, misfits) = laid(
            "[gateway]\nlisten = \"a\"",
            &[("BAOHAN__GATEWAY__LISTEN__PORT", "1"), ("BAOHAN__PLATFORMS__3__APPKEY", "x")],
        );
        assert_eq!(misfits.len(), 2);
        assert_eq!(misfits[0].message, "the path goes through a string");
        assert_eq!(misfits[1].message, "index 3 leaves a gap: the list has 0 entries");
    }

    #[test]
    fn a_variable_of_another_program_is_left_alone() {
        let (table, misfits) = laid("", &[("BAOHAN_HOME", "x"), ("PATH", "y")]);
        assert!(table.entries.is_empty() && misfits.is_empty());
    }
}

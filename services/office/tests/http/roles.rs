//! Every route, every role: the golden table, walked.

use std::collections::{BTreeMap, BTreeSet};

use baohan_office::Role;
use baohan_office::access::{Access, TABLE};
use reqwest::Method;
use serde_json::Value;

use crate::house::{House, answer};

const GOLDEN: &str = include_str!("../golden/routes_roles.txt");
const NOBODY: &str = "0198b2f0-0000-7000-8000-000000000000";

/// The lines of the golden table: method, path, and who, `uoafp` or `public`.
fn lines() -> Vec<(&'static str, &'static str, &'static str)> {
    let lines = GOLDEN.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            (words.next().unwrap(), words.next().unwrap(), words.next().unwrap())
        })
        .collect()
}

fn letter(role: Role) -> char {
    role.name().chars().next().unwrap()
}

fn concrete(path: &str) -> String {
    path.replace("{id}", NOBODY).replace("{n}", "1").replace("{form}", "plain").replace("{number}", "1")
}

#[test]
fn the_table_is_the_golden_one() {
    let table: BTreeSet<_> = TABLE
        .iter()
        .map(|row| {
            let who = match row.access {
                Access::Public => "public".to_owned(),
                Access::Roles(roles) => Role::ALL
                    .map(|role| if roles.contains(&role) { letter(role) } else { '-' })
                    .iter()
                    .collect(),
            };
            (row.method, row.path, who)
        })
        .collect();
    let golden = lines().into_iter().map(|(method, path, who)| (method, path, who.to_owned())).collect();
    assert_eq!(table, golden);
}

#[test]
fn the_description_has_every_route_and_no_other() {
    let description: Value = serde_json::from_str(&baohan_office::description().unwrap()).unwrap();
    let described: BTreeSet<_> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().filter(|key| *key == "get" || *key == "post");
            methods.map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let golden = lines().into_iter().map(|(method, path, _)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(described, golden);
}

#[tokio::test]
async fn each_role_gets_what_the_golden_table_gives_it_and_nothing_else() {
    let house = House::open().await;
    let mut walked = BTreeMap::new();
    for (method, path, who) in lines() {
        let (method, url): (Method, _) = (method.parse().unwrap(), concrete(path));
        for role in Role::ALL {
            let response = house.call(role, method.clone(), &url).send().await.unwrap();
            let status = response.status().as_u16();
            let may = who == "public" || who.contains(letter(role));
            if may {
                assert!(![401, 403, 405, 500].contains(&status), "{role} {method} {path}: {status}");
            } else {
                assert_eq!(status, 403, "{role} {method} {path}");
            }
            *walked.entry(may).or_insert(0) += 1;
        }
    }
    assert_eq!(walked.values().sum::<usize>(), lines().len() * Role::ALL.len());
}

#[tokio::test]
async fn no_token_and_wrong_tokens_are_401_everywhere() {
    let house = House::open().await;
    for (method, path, who) in lines() {
        let (method, url): (Method, _) = (method.parse().unwrap(), concrete(path));
        let calls = [
            house.anonymous(method.clone(), &url),
            house.anonymous(method.clone(), &url).bearer_auth("token-of-nobody-0000"),
            house.anonymous(method.clone(), &url).bearer_auth(""),
            house.anonymous(method.clone(), &url).header("authorization", "Basic dTpw"),
            house.anonymous(method.clone(), &url).header("authorization", "token-of-the-operator-0001"),
        ];
        for call in calls {
            if who == "public" {
                assert!(call.send().await.unwrap().status() != 401, "{method} {path}");
                continue;
            }
            let answer = answer(call).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (401, "unauthenticated"),
                "{method} {path}"
            );
            assert!(
                answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn the_schemes_name_has_no_case_and_several_roles_add_up() {
    let house = House::open().await;
    let path = "/api/v1/guarantees";
    let lower =
        house.anonymous(Method::GET, path).header("authorization", "bearer token-of-the-auditor-0001");
    assert_eq!(answer(lower).await.status, 200);
    for path in ["/api/v1/journal", "/api/v1/claims", "/api/v1/exposure"] {
        let core = house.anonymous(Method::GET, path).bearer_auth("token-of-core-banking-0001");
        assert_eq!(answer(core).await.status, 200, "{path}");
    }
    let personal = format!("/api/v1/guarantees/{NOBODY}/personal");
    let core = house.anonymous(Method::GET, &personal).bearer_auth("token-of-core-banking-0001");
    assert_eq!(answer(core).await.status, 403);
}

#[tokio::test]
async fn other_methods_and_paths_are_told_as_such() {
    let house = House::open().await;
    let wrong = answer(house.call(Role::Underwriter, Method::DELETE, "/api/v1/guarantees")).await;
    assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (405, "method-not-allowed"));
    assert_eq!(wrong.headers["allow"], "GET");
    for path in ["/", "/api/v1/guarantee", "/api/v2/guarantees", "/api/v1/guarantees/x/y/z"] {
        let unknown = house.get(Role::Underwriter, path).await;
        assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, "no-such-route"), "{path}");
    }
}

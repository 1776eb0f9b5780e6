use baohan_domain::state::{ClaimState, InForce};
use baohan_domain::{Guarantee, Life, Money};

use super::{TABLE, the_parsed};
use crate::database::Row;
use crate::error::Error;

/// A sum over guarantees, or a difference of two: exact, since an i128 holds 10^20 amounts of 18 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub guarantees: i64,
    pub amount_fen: i128,
    pub left_fen: i128,
    pub open_claims: i64,
    pub open_claims_fen: i128,
}

impl Sums {
    /// What one guarantee adds to the sum of its status.
    pub(super) fn of(guarantee: &Guarantee) -> Self {
        let fen = |money: Money| i128::from(money.fen());
        let applied_for = guarantee.application().and_then(|application| application.terms.amount);
        let amount = guarantee.issued().map_or(applied_for, InForce::amount);
        let mut sums = Self { guarantees: 1, amount_fen: amount.map_or(0, fen), ..Self::default() };
        if let Life::InForce(issued) = &guarantee.life {
            sums.left_fen = fen(issued.left());
            for claim in issued.claims.iter().filter(|claim| matches!(claim.state, ClaimState::Open)) {
                sums.open_claims += 1;
                sums.open_claims_fen += fen(claim.amount);
            }
        }
        sums
    }

    pub(super) fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            guarantees: row.get("guarantees")?,
            amount_fen: the_parsed(row, TABLE, "amount_fen")?,
            left_fen: the_parsed(row, TABLE, "left_fen")?,
            open_claims: row.get("open_claims")?,
            open_claims_fen: the_parsed(row, TABLE, "open_claims_fen")?,
        })
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            guarantees: self.guarantees + other.guarantees,
            amount_fen: self.amount_fen + other.amount_fen,
            left_fen: self.left_fen + other.left_fen,
            open_claims: self.open_claims + other.open_claims,
            open_claims_fen: self.open_claims_fen + other.open_claims_fen,
        }
    }

    pub(super) fn less(self, other: Self) -> Self {
        Self {
            guarantees: self.guarantees - other.guarantees,
            amount_fen: self.amount_fen - other.amount_fen,
            left_fen: self.left_fen - other.left_fen,
            open_claims: self.open_claims - other.open_claims,
            open_claims_fen: self.open_claims_fen - other.open_claims_fen,
        }
    }
}

/// Fen as yuan with two places.
pub(super) fn yuan(fen: i128) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_are_written_as_yuan() {
        let most = i128::from(10_i64.pow(18) - 1) * 1_000_000;
        for (fen, text) in [(0, "0.00"), (5, "0.05"), (80_000_000, "800000.00"), (-105, "-1.05")] {
            assert_eq!(yuan(fen), text);
        }
        assert_eq!(yuan(most), "9999999999999999990000.00");
    }

    #[test]
    fn what_is_taken_away_was_added() {
        let sums = Sums { guarantees: 3, amount_fen: 7, left_fen: 5, open_claims: 1, open_claims_fen: 2 };
        assert_eq!(Sums::default().plus(sums).less(sums), Sums::default());
    }
}

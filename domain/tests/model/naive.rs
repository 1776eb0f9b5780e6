//! Flags and counters, written from the table of rules alone.

use super::ask::{AMOUNT_FEN, Ask, BroughtKey, MINUTES_A_DAY, Sealing};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Yes,
    Again,
    No,
}
use Answer::{Again, No, Yes};

/// A claim: fen demanded, content, and then paid (fen, reference) or refused (reason).
struct Demand {
    fen: i64,
    content: u8,
    paid: Option<(i64, u8)>,
    refused: Option<u8>,
}

pub struct Naive {
    sealing: Sealing,
    applied: Option<u8>,
    paid: Option<(u8, i64)>,
    declined: Option<u8>,
    withdrawn: Option<u8>,
    /// The last day.
    issued: Option<i64>,
    /// Key, opening, held.
    key: Option<(BroughtKey, i64, bool)>,
    rendered: bool,
    invoice_asked: Option<u8>,
    invoiced: Option<u8>,
    invoice_declined: Option<u8>,
    /// Content, and whether an exception carries it.
    quit_asked: Option<(u8, bool)>,
    quit_refused: Option<u8>,
    quit: bool,
    over: bool,
    claims: Vec<Demand>,
    remarks: Vec<(u8, u8)>,
    notices: [Option<u8>; 2],
}

fn yes_if(taken: bool) -> Answer {
    if taken { Yes } else { No }
}

fn again_if(same: bool) -> Answer {
    if same { Again } else { No }
}

impl Naive {
    pub fn new(sealing: Sealing) -> Self {
        Self {
            sealing,
            applied: None,
            paid: None,
            declined: None,
            withdrawn: None,
            issued: None,
            key: None,
            rendered: false,
            invoice_asked: None,
            invoiced: None,
            invoice_declined: None,
            quit_asked: None,
            quit_refused: None,
            quit: false,
            over: false,
            claims: vec![],
            remarks: vec![],
            notices: [None; 2],
        }
    }

    pub fn status(&self) -> Option<&'static str> {
        self.applied?;
        Some(match self {
            _ if self.declined.is_some() => "declined",
            _ if self.withdrawn.is_some() => "withdrawn",
            _ if self.issued.is_none() => "applied",
            _ if self.quit => "quit",
            _ if self.over => "cancelled",
            _ if self.rendered => "restored",
            _ => "issued",
        })
    }

    pub fn left(&self) -> Option<i64> {
        self.issued?;
        let known = self.sealing != Sealing::SectionAndAmount || self.key.is_some();
        let taken = |it: &Demand| match (it.refused, it.paid) {
            (Some(_), _) => 0,
            (None, Some((fen, _))) => fen,
            (None, None) => it.fen,
        };
        Some(if known { AMOUNT_FEN - self.claims.iter().map(taken).sum::<i64>() } else { 0 })
    }

    fn undecided(&self) -> bool {
        self.applied.is_some() && self.declined.is_none() && self.withdrawn.is_none() && self.issued.is_none()
    }

    fn in_force(&self) -> bool {
        self.issued.is_some() && !self.quit && !self.over
    }

    fn last_day_is_over(&self, now: i64) -> bool {
        self.issued.is_some_and(|day| now / MINUTES_A_DAY > day)
    }

    fn unpaid(&self) -> bool {
        self.claims.iter().any(|it| it.paid.is_none() && it.refused.is_none())
    }

    fn opening_reached(&self, now: i64) -> bool {
        self.key.is_some_and(|(_, opening, _)| opening <= now)
    }

    /// The quit request that stands: open, and not void.
    fn standing_quit(&self, now: i64) -> Option<u8> {
        let (content, carried) = self.quit_asked?;
        (carried || !self.opening_reached(now)).then_some(content)
    }

    fn claim(&mut self, number: u32) -> Option<&mut Demand> {
        self.claims.get_mut(usize::try_from(number).unwrap().checked_sub(1)?)
    }

    pub fn answer(&mut self, ask: &Ask, now: i64) -> Answer {
        match *ask {
            Ask::Apply { .. } | Ask::Issue { .. } | Ask::Decline { .. } | Ask::Withdraw { .. } => {
                self.application(ask, now)
            }
            Ask::RecordPremium { .. } | Ask::CorrectPremium { .. } => self.premium(ask),
            Ask::Restore { right_no, key, opening, early } => {
                self.restore(right_no, key, opening, early, now)
            }
            Ask::RecordRestored { plain } => match self.key {
                _ if !self.in_force() => No,
                Some(_) if self.rendered => Again,
                Some((_, opening, held)) => {
                    self.rendered = plain && !(held && opening > now);
                    yes_if(self.rendered)
                }
                None => No,
            },
            Ask::RequestInvoice { .. } | Ask::IssueInvoice { .. } | Ask::DeclineInvoice { .. } => {
                self.invoice(ask, now)
            }
            Ask::RequestQuit { .. } | Ask::ConfirmQuit | Ask::RefuseQuit { .. } => self.quit(ask, now),
            Ask::Cancel { .. } | Ask::Expire | Ask::Extend { .. } => self.end(ask, now),
            Ask::Claim { .. } | Ask::PayClaim { .. } | Ask::RefuseClaim { .. } => self.claims(ask, now),
            Ask::Annotate { .. } | Ask::RecordNotice { .. } => self.beside(ask),
        }
    }

    fn application(&mut self, ask: &Ask, now: i64) -> Answer {
        match *ask {
            Ask::Apply { content } => {
                let taken = self.applied.is_none();
                let applied = *self.applied.get_or_insert(content);
                if taken { Yes } else { again_if(applied == content) }
            }
            Ask::Issue { along, says_day, in_days, plain } => {
                let day = now / MINUTES_A_DAY + in_days;
                let agrees = along.is_none() || self.paid.is_none() || along == self.paid;
                if let Some(issued) = self.issued {
                    return again_if(agrees && (!says_day || day == issued));
                }
                let paid = self.paid.or(along);
                let right_form = plain == (self.sealing == Sealing::Nothing);
                if !self.undecided() || !agrees || paid.is_none() || in_days < 0 || !right_form {
                    return No;
                }
                (self.paid, self.issued) = (paid, Some(day));
                Yes
            }
            Ask::Decline { reason: 0 } => No,
            Ask::Decline { reason } if self.undecided() => {
                self.declined = Some(reason);
                Yes
            }
            Ask::Decline { reason } => again_if(self.declined == Some(reason)),
            Ask::Withdraw { cause } if self.undecided() => {
                // 0 is the clock, which comes too late where somebody has paid.
                let too_late = cause == 0 && self.paid.is_some();
                self.withdrawn = (!too_late).then_some(cause);
                yes_if(!too_late)
            }
            Ask::Withdraw { cause } => again_if(self.withdrawn == Some(cause)),
            _ => No,
        }
    }

    fn premium(&mut self, ask: &Ask) -> Answer {
        let (paid, correction, in_form) = match *ask {
            Ask::RecordPremium { payer, fen } => ((payer, fen), false, true),
            Ask::CorrectPremium { payer, fen, reason } => ((payer, fen), true, reason != 0),
            _ => return No,
        };
        if self.paid == Some(paid) {
            return again_if(in_form);
        }
        if !in_form || !self.undecided() || self.paid.is_some() != correction {
            return No;
        }
        self.paid = Some(paid);
        Yes
    }

    fn end(&mut self, ask: &Ask, now: i64) -> Answer {
        let asked_rightly = match *ask {
            Ask::Cancel { right_no } if self.over => return again_if(right_no),
            Ask::Expire if self.over => return Again,
            Ask::Cancel { right_no } => right_no,
            Ask::Expire => self.last_day_is_over(now),
            Ask::Extend { until } => {
                let day = if self.in_force() { self.issued } else { None };
                let later = day.is_some_and(|day| until > day) && !self.last_day_is_over(now);
                if later {
                    self.issued = Some(until);
                }
                return if day == Some(until) { Again } else { yes_if(later) };
            }
            _ => false,
        };
        self.over = self.in_force() && asked_rightly && !self.unpaid();
        yes_if(self.over)
    }

    fn claims(&mut self, ask: &Ask, now: i64) -> Answer {
        match *ask {
            Ask::Claim { right_no, amount, content } => {
                if self.claims.iter().any(|it| it.content == content && it.refused.is_none()) {
                    return Again;
                }
                let left = self.left().unwrap_or(0);
                let fen = amount.unwrap_or(left);
                let in_form = right_no && fen > 0 && fen <= left;
                if !self.in_force() || self.last_day_is_over(now) || !in_form {
                    return No;
                }
                self.claims.push(Demand { fen, content, paid: None, refused: None });
                Yes
            }
            Ask::PayClaim { claim, amount, reference } => match self.claim(claim) {
                Some(Demand { paid: Some(paid), .. }) => {
                    again_if(paid.1 == reference && amount.is_none_or(|fen| fen == paid.0))
                }
                Some(it) if it.refused.is_none() => {
                    let fen = amount.unwrap_or(it.fen);
                    let within = fen > 0 && fen <= it.fen;
                    it.paid = within.then_some((fen, reference));
                    yes_if(within)
                }
                _ => No,
            },
            Ask::RefuseClaim { claim, reason } => match self.claim(claim) {
                Some(it) if reason != 0 && it.paid.is_none() => {
                    let open = it.refused.is_none();
                    let refused = *it.refused.get_or_insert(reason);
                    if open { Yes } else { again_if(refused == reason) }
                }
                _ => No,
            },
            _ => No,
        }
    }

    fn beside(&mut self, ask: &Ask) -> Answer {
        match *ask {
            Ask::Annotate { key, text } => {
                let taken = self.applied.is_some() && text != 0;
                let Some(key) = key else { return yes_if(taken) };
                if let Some((_, earlier)) = self.remarks.iter().find(|(it, _)| *it == key) {
                    return again_if(*earlier == text);
                }
                self.remarks.extend(taken.then_some((key, text)));
                yes_if(taken)
            }
            Ask::RecordNotice { notice, outcome } => match &mut self.notices[usize::from(notice)] {
                _ if self.applied.is_none() => No,
                Some(earlier) if *earlier == outcome => Again,
                // 1 is "given up", which alone is not final.
                Some(earlier) if *earlier != 1 => No,
                earlier => {
                    *earlier = Some(outcome);
                    Yes
                }
            },
            _ => No,
        }
    }

    fn restore(&mut self, right_no: bool, key: BroughtKey, opening: i64, early: u8, now: i64) -> Answer {
        if self.over && right_no && self.key.is_some_and(|(it, at, _)| it == key && at == opening) {
            return Again;
        }
        if !self.in_force() || !right_no || key == BroughtKey::Wrong {
            return No;
        }
        if let Some((brought, at, held)) = self.key {
            if brought != key {
                return No;
            }
            self.key = Some((key, opening, held));
            return if at == opening { Again } else { Yes };
        }
        let ahead = opening - now;
        let minutes_max = [0, i64::MAX, 24 * 60, 48 * 60][usize::from(early)];
        if ahead > minutes_max {
            return No;
        }
        self.key = Some((key, opening, early == 1 && ahead > 0));
        Yes
    }

    fn invoice(&mut self, ask: &Ask, now: i64) -> Answer {
        if self.issued.is_none() || self.quit {
            return No;
        }
        match *ask {
            Ask::RequestInvoice { right_no, content } => {
                let opened = self.sealing == Sealing::Nothing
                    || self.rendered
                    || self.key.is_some_and(|(_, opening, held)| !held || opening <= now);
                if !right_no {
                    return No;
                }
                if let Some(asked) = self.invoice_asked
                    && self.invoice_declined.is_none()
                {
                    return again_if(asked == content);
                }
                if opened {
                    (self.invoice_asked, self.invoice_declined) = (Some(content), None);
                }
                yes_if(opened)
            }
            Ask::IssueInvoice { number } => {
                if self.invoiced.is_some() {
                    return again_if(self.invoiced == Some(number));
                }
                let open = self.invoice_asked.is_some() && self.invoice_declined.is_none();
                self.invoiced = open.then_some(number);
                yes_if(open)
            }
            Ask::DeclineInvoice { reason } if reason != 0 && self.invoiced.is_none() => {
                if self.invoice_declined.is_some() {
                    return again_if(self.invoice_declined == Some(reason));
                }
                self.invoice_declined = self.invoice_asked.and(Some(reason));
                yes_if(self.invoice_asked.is_some())
            }
            _ => No,
        }
    }

    fn quit(&mut self, ask: &Ask, now: i64) -> Answer {
        match *ask {
            Ask::RequestQuit { content, .. } if self.quit => {
                again_if(self.quit_asked.is_some_and(|(asked, _)| asked == content))
            }
            Ask::ConfirmQuit if self.quit => Again,
            _ if !self.in_force() => No,
            Ask::RequestQuit { right_no, content, exception } => {
                if let Some(standing) = self.standing_quit(now) {
                    return again_if(right_no && standing == content);
                }
                let late = self.opening_reached(now);
                if !right_no || !self.claims.is_empty() || (late && !exception) {
                    return No;
                }
                (self.quit_asked, self.quit_refused) = (Some((content, late)), None);
                Yes
            }
            Ask::ConfirmQuit => {
                self.quit = self.standing_quit(now).is_some() && self.claims.is_empty();
                yes_if(self.quit)
            }
            Ask::RefuseQuit { reason } if reason != 0 => {
                if self.quit_asked.take().is_some() {
                    self.quit_refused = Some(reason);
                    return Yes;
                }
                again_if(self.quit_refused == Some(reason))
            }
            _ => No,
        }
    }
}

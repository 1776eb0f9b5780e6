package exposure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.HashMap;
import java.util.TreeMap;

/** What each event means in money, and the sums per platform. All amounts are exact decimals of yuan. */
final class Book {
    /** One guarantee, as far as its money goes. */
    private static final class Guarantee {
        final String platform;
        /** Absent while it is sealed. */
        BigDecimal amount;
        boolean inForce;
        /** What each claim that is not refused takes. */
        final Map<Integer, BigDecimal> claims = new TreeMap<>();

        Guarantee(String platform, BigDecimal amount) {
            this.platform = platform;
            this.amount = amount;
        }

        BigDecimal left() {
            BigDecimal taken = claims.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            return amount == null ? BigDecimal.ZERO : amount.subtract(taken).max(BigDecimal.ZERO);
        }
    }

    /** A sum over guarantees in force. */
    private static final class Sum {
        long guarantees;
        /** In force, and their amount is still sealed. */
        long sealed;
        BigDecimal amount = new BigDecimal("0.00");
        BigDecimal left = new BigDecimal("0.00");

        void add(Guarantee guarantee, int sign) {
            BigDecimal times = BigDecimal.valueOf(sign);
            guarantees += sign;
            sealed += guarantee.amount == null ? sign : 0;
            amount = guarantee.amount == null ? amount : amount.add(guarantee.amount.multiply(times));
            left = left.add(guarantee.left().multiply(times));
        }

        void tell(ObjectNode told) {
            told.put("guarantees", guarantees).put("sealed", sealed)
                    .put("amount", amount.toPlainString()).put("left", left.toPlainString());
        }
    }

    private final Map<String, Guarantee> guarantees = new HashMap<>();
    private final Map<String, Sum> platforms = new TreeMap<>();
    private final Sum total = new Sum();
    private long strangers;

    void take(String id, JsonNode event) {
        String type = event.get("type").textValue();
        if (type.equals("Applied")) {
            guarantees.put(id, new Guarantee(event.get("platform").textValue(), money(event.get("amount"))));
            return;
        }
        Guarantee guarantee = guarantees.get(id);
        if (guarantee == null) {
            // Only a gap brings this about.
            strangers++;
            return;
        }
        count(guarantee, -1);
        switch (type) {
            case "Issued" -> guarantee.inForce = true;
            case "RestoreRequested" -> {
                BigDecimal opened = money(event.path("opened").get("amount"));
                guarantee.amount = guarantee.amount == null ? opened : guarantee.amount;
            }
            case "Claimed", "ClaimPaid" -> guarantee.claims.put(event.get("claim").intValue(), money(event.get("amount")));
            case "ClaimRefused" -> guarantee.claims.remove(event.get("claim").intValue());
            case "Quit", "Cancelled" -> guarantee.inForce = false;
            // Other events move no money of the exposure; a type that a later version brings is skipped.
            default -> { }
        }
        count(guarantee, 1);
    }

    private void count(Guarantee guarantee, int sign) {
        if (guarantee.inForce) {
            platforms.computeIfAbsent(guarantee.platform, name -> new Sum()).add(guarantee, sign);
            total.add(guarantee, sign);
        }
    }

    /** Amounts are texts with two places; a decimal takes them as they are. */
    private static BigDecimal money(JsonNode amount) {
        return amount == null ? null : new BigDecimal(amount.textValue());
    }

    void tell(ObjectNode told) {
        ObjectNode each = told.putObject("platforms");
        platforms.forEach((platform, sum) -> sum.tell(each.putObject(platform)));
        total.tell(told.putObject("total"));
        told.put("strangers", strangers);
    }
}

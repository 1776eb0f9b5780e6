package exposure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where each shard stands. Positions run 1, 2, 3 … within a shard, so every record tells whether it is the next, was here before, or
 * follows a gap. Offsets tell nothing of the kind: transactions leave holes in them.
 */
final class Sequence {
    private record Place(long position, String incarnation, String leafHash) {}

    private record Gap(int shard, long expected, long found) {}

    private record Renewal(int shard, long position, String from, String to) {}

    private final Map<Integer, Place> places = new TreeMap<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Renewal> renewals = new ArrayList<>();
    private long records;
    private long duplicates;
    private long conflicts;

    /** Whether the record is one that has not been counted. */
    boolean take(int shard, long position, String incarnation, String leafHash) {
        Place last = places.getOrDefault(shard, new Place(0, incarnation, ""));
        if (position <= last.position()) {
            duplicates++;
            if (position == last.position() && !leafHash.equals(last.leafHash())) {
                conflicts++;
                System.err.println("shard " + shard + ": two contents for position " + position);
            }
            return false;
        }
        if (position > last.position() + 1) {
            gaps.add(new Gap(shard, last.position() + 1, position));
            System.err.println("shard " + shard + ": position " + (last.position() + 1) + " is missing, found " + position);
        }
        if (!incarnation.equals(last.incarnation())) {
            renewals.add(new Renewal(shard, position, last.incarnation(), incarnation));
            System.err.println("shard " + shard + ": from position " + position + " the ledger has another incarnation");
        }
        places.put(shard, new Place(position, incarnation, leafHash));
        records++;
        return true;
    }

    /** Whether nothing is missing and no position had two contents. */
    boolean isWhole() {
        return gaps.isEmpty() && conflicts == 0;
    }

    void tell(ObjectNode told) {
        told.put("records", records).put("duplicates", duplicates).put("conflicts", conflicts);
        ObjectNode positions = told.putObject("positions");
        places.forEach((shard, place) -> positions.put(shard.toString(), place.position()));
        ArrayNode gapsTold = told.putArray("gaps");
        for (Gap gap : gaps) {
            gapsTold.addObject().put("shard", gap.shard()).put("expected", gap.expected()).put("found", gap.found());
        }
        ArrayNode renewalsTold = told.putArray("incarnation_changes");
        for (Renewal renewal : renewals) {
            renewalsTold.addObject().put("shard", renewal.shard()).put("position", renewal.position())
                    .put("from", renewal.from()).put("to", renewal.to());
        }
    }
}

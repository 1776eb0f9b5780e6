package exposure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Keeps the running sum of what the institution stands for, from the topic of events.
 *
 * <p>{@code java exposure.Exposure --brokers HOST:PORT [--prefix guarantee] [--properties FILE] [--once]}. With {@code --once} it ends
 * where the topic ended when it began. The last line on the standard output is one JSON object; it exits with 1 if the topic had a gap
 * or two contents for one position, since the sum is not to be trusted then.
 */
public final class Exposure {
    private static final Duration POLL = Duration.ofMillis(500);

    private final ObjectMapper json = new ObjectMapper();
    private final Book book = new Book();
    private final Sequence sequence = new Sequence();

    public static void main(String[] arguments) throws IOException {
        String brokers = null;
        String prefix = "guarantee";
        boolean once = false;
        Properties properties = new Properties();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--brokers" -> brokers = arguments[++i];
                case "--prefix" -> prefix = arguments[++i];
                case "--properties" -> {
                    try (Reader file = Files.newBufferedReader(Path.of(arguments[++i]))) {
                        properties.load(file);
                    }
                }
                case "--once" -> once = true;
                default -> throw new IllegalArgumentException(arguments[i]);
            }
        }
        properties.put("bootstrap.servers", brokers);
        // Records of transactions that were never committed are not part of the ledger.
        properties.put("isolation.level", "read_committed");
        // Where this reader stands is kept with its sums, not with the broker: here both begin anew each time.
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        Exposure exposure = new Exposure();
        exposure.run(properties, prefix + ".events", once);
        System.exit(exposure.sequence.isWhole() ? 0 : 1);
    }

    private void run(Properties properties, String topic, boolean once) throws IOException {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (!once || partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                boolean changed = false;
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    changed |= take(record);
                }
                if (changed && !once) {
                    System.out.println(told());
                }
            }
        }
        System.out.println(told());
    }

    /** Counts one record, unless it was counted before. */
    private boolean take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        int shard = Integer.parseInt(header(record, "ce_shard"));
        long position = Long.parseLong(header(record, "ce_position"));
        boolean isNew = sequence.take(shard, position, header(record, "ce_incarnation"), header(record, "ce_leafhash"));
        if (isNew) {
            book.take(header(record, "ce_subject"), json.readTree(record.value()));
        }
        return isNew;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        if (header == null) {
            throw new IllegalStateException("a record without " + name + " at offset " + record.offset());
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private String told() throws IOException {
        ObjectNode told = json.createObjectNode();
        sequence.tell(told);
        book.tell(told);
        return json.writeValueAsString(told);
    }
}

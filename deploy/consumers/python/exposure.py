"""Keeps the running sum of what the institution stands for, from the topic of events.

    python exposure.py --brokers HOST:PORT [--prefix guarantee] [--property NAME=VALUE]... [--once]

With --once it ends where the topic ends. The last line on the standard output is one JSON object; it exits with 1 if the topic had a
gap or two contents for one position, since the sum is not to be trusted then.
"""

import argparse
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from book import Book
from sequence import Sequence

POLL_SECONDS = 0.5
RECORDS_AT_ONCE = 500


class Exposure:
    def __init__(self):
        self.book = Book()
        self.sequence = Sequence()

    def run(self, consumer, topic, once):
        partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])
        unread = set(partitions)
        while unread or not once:
            changed = False
            for message in consumer.consume(RECORDS_AT_ONCE, POLL_SECONDS):
                error = message.error()
                if error is None:
                    changed |= self.take(message)
                elif error.code() == KafkaError._PARTITION_EOF:
                    unread.discard(message.partition())
                else:
                    raise KafkaException(error)
            if changed and not once:
                print(self.told(), flush=True)
        print(self.told(), flush=True)

    def take(self, message):
        """Counts one record, unless it was counted before."""
        headers = {name: value.decode() for name, value in message.headers()}
        is_new = self.sequence.take(
            int(headers["ce_shard"]), int(headers["ce_position"]), headers["ce_incarnation"], headers["ce_leafhash"]
        )
        if is_new:
            self.book.take(headers["ce_subject"], json.loads(message.value()))
        return is_new

    def told(self):
        return json.dumps(self.sequence.told() | self.book.told(), ensure_ascii=False)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--brokers", required=True)
    arguments.add_argument("--prefix", default="guarantee")
    arguments.add_argument("--property", action="append", default=[], help="a setting of librdkafka, NAME=VALUE")
    arguments.add_argument("--once", action="store_true")
    chosen = arguments.parse_args()
    consumer = Consumer(
        dict(setting.split("=", 1) for setting in chosen.property)
        | {
            "bootstrap.servers": chosen.brokers,
            "group.id": "exposure",
            # Records of transactions that were never committed are not part of the ledger.
            "isolation.level": "read_committed",
            # Where this reader stands is kept with its sums, not with the broker: here both begin anew each time.
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    exposure = Exposure()
    try:
        exposure.run(consumer, f"{chosen.prefix}.events", chosen.once)
    finally:
        consumer.close()
    sys.exit(0 if exposure.sequence.is_whole() else 1)


if __name__ == "__main__":
    main()

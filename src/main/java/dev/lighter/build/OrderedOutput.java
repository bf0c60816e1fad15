package dev.lighter.build;

import dev.lighter.image.TransferEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings what stages say that are built at the same time into the order of the stages: the first that is not over speaks at once, the
 * others are kept until it is their turn, and wait when they have said much. Safe for all threads.
 */
final class OrderedOutput {
    private static final int MOST_KEPT = 1 << 20;

    private final BuildOutput output;
    private final List<Part> parts = new ArrayList<>();
    private int current;
    private boolean abandoned;

    OrderedOutput(BuildOutput output, int stages) {
        this.output = output;
        for (int i = 0; i < stages; i++) {
            parts.add(new Part(i));
        }
    }

    Part part(int index) {
        return parts.get(index);
    }

    /** What one stage says. */
    final class Part {
        private final int index;
        private final StringBuilder kept = new StringBuilder();
        private boolean over;

        private Part(int index) {
            this.index = index;
        }

        /** Says something. */
        void text(String text) {
            synchronized (OrderedOutput.this) {
                while (index != current && kept.length() > MOST_KEPT && !abandoned) {
                    await();
                }
                if (index == current) {
                    output.text(text);
                } else if (!abandoned) {
                    kept.append(text);
                }
            }
        }

        /** Says how a pull goes on, which is of no interest later. */
        void transfer(TransferEvent event) {
            synchronized (OrderedOutput.this) {
                if (index == current) {
                    output.transfer(event);
                }
            }
        }

        /** Nothing more comes from it. */
        void end() {
            synchronized (OrderedOutput.this) {
                over = true;
                while (current < parts.size() && parts.get(current).over) {
                    current++;
                    if (current < parts.size() && !parts.get(current).kept.isEmpty()) {
                        output.text(parts.get(current).kept.toString());
                        parts.get(current).kept.setLength(0);
                    }
                }
                OrderedOutput.this.notifyAll();
            }
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandoned = true;
        }
    }

    /** Says what the stage that failed has said, which is why the build ends; all others are not heard any more. */
    synchronized void abandon(int failed) {
        abandoned = true;
        if (failed > current) {
            output.text(parts.get(failed).kept.toString());
        }
        notifyAll();
    }
}

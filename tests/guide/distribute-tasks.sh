#!/bin/bash
# Distribute tasks across multiple Claude sessions

TASKS_FILE="${1:?Tasks file required}"
NUM_SESSIONS="${2:-4}"

# Read tasks into array
mapfile -t TASKS < "$TASKS_FILE"
TOTAL_TASKS=${#TASKS[@]}

echo "Distributing $TOTAL_TASKS tasks across $NUM_SESSIONS sessions"
echo ""

# Create distribution plan
for ((i=0; i<NUM_SESSIONS; i++)); do
    SESSION_NUM=$((i + 1))
    echo "=== Session $SESSION_NUM ==="

    # Assign tasks round-robin
    for ((j=i; j<TOTAL_TASKS; j+=NUM_SESSIONS)); do
        echo "  - ${TASKS[$j]}"
    done
    echo ""
done

# Create individual task files
for ((i=0; i<NUM_SESSIONS; i++)); do
    SESSION_NUM=$((i + 1))
    OUTPUT_FILE=".claude/session-${SESSION_NUM}-tasks.md"

    echo "# Session $SESSION_NUM Tasks" > "$OUTPUT_FILE"
    echo "" >> "$OUTPUT_FILE"

    for ((j=i; j<TOTAL_TASKS; j+=NUM_SESSIONS)); do
        echo "- [ ] ${TASKS[$j]}" >> "$OUTPUT_FILE"
    done

    echo "Created: $OUTPUT_FILE"
done

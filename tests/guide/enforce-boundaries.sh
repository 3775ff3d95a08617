#!/bin/bash
# Enforce file ownership boundaries

CONFIG_FILE=".claude/parallel-config.yml"
CURRENT_SESSION="${CLAUDE_SESSION:-unknown}"

# Get staged files
STAGED_FILES=$(git diff --cached --name-only)

check_ownership() {
    local FILE="$1"

    # Parse config to find owner
    # This is simplified - real implementation would parse YAML properly
    for SESSION in frontend backend shared tests; do
        # Check if file matches session's "owns" patterns
        PATTERNS=$(grep -A 10 "^  $SESSION:" "$CONFIG_FILE" | grep -A 5 "owns:" | grep "^\s*-" | sed 's/^\s*- //')

        for PATTERN in $PATTERNS; do
            if [[ "$FILE" == $PATTERN ]]; then
                if [ "$SESSION" != "$CURRENT_SESSION" ]; then
                    echo "WARNING: $FILE is owned by session '$SESSION'"
                    echo "         Current session: '$CURRENT_SESSION'"
                    return 1
                fi
                return 0
            fi
        done
    done

    return 0
}

VIOLATIONS=0
for FILE in $STAGED_FILES; do
    if ! check_ownership "$FILE"; then
        VIOLATIONS=$((VIOLATIONS + 1))
    fi
done

if [ $VIOLATIONS -gt 0 ]; then
    echo ""
    echo "$VIOLATIONS file(s) outside your session's boundaries."
    echo "Coordinate with other sessions before committing."
    exit 1
fi

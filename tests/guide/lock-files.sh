#!/bin/bash
# Simple file locking for parallel development

LOCK_DIR=".claude/locks"
LOCK_FILE="$LOCK_DIR/${1//\//_}.lock"
SESSION_ID="${CLAUDE_SESSION_ID:-$$}"

mkdir -p "$LOCK_DIR"

lock_file() {
    local FILE="$1"
    local LOCK="$LOCK_DIR/${FILE//\//_}.lock"

    if [ -f "$LOCK" ]; then
        OWNER=$(cat "$LOCK")
        echo "File locked by session: $OWNER"
        return 1
    fi

    echo "$SESSION_ID" > "$LOCK"
    echo "Locked: $FILE"
    return 0
}

unlock_file() {
    local FILE="$1"
    local LOCK="$LOCK_DIR/${FILE//\//_}.lock"

    if [ -f "$LOCK" ]; then
        OWNER=$(cat "$LOCK")
        if [ "$OWNER" = "$SESSION_ID" ]; then
            rm "$LOCK"
            echo "Unlocked: $FILE"
            return 0
        else
            echo "Cannot unlock: owned by $OWNER"
            return 1
        fi
    fi
}

list_locks() {
    echo "Current locks:"
    for LOCK in "$LOCK_DIR"/*.lock; do
        [ -f "$LOCK" ] || continue
        FILE=$(basename "$LOCK" .lock | tr '_' '/')
        OWNER=$(cat "$LOCK")
        echo "  $FILE (session: $OWNER)"
    done
}

case "${1:-list}" in
    lock)
        lock_file "$2"
        ;;
    unlock)
        unlock_file "$2"
        ;;
    list)
        list_locks
        ;;
esac

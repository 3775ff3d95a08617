import * as fs from "fs";
import * as path from "path";

interface Event {
  id: string;
  type: "task_complete" | "conflict" | "handoff" | "sync_request";
  session: string;
  payload: unknown;
  timestamp: number;
  acknowledged: string[];
}

const EVENTS_DIR = ".claude/events";

function ensureEventsDir(): void {
  if (!fs.existsSync(EVENTS_DIR)) {
    fs.mkdirSync(EVENTS_DIR, { recursive: true });
  }
}

function emitEvent(
  type: Event["type"],
  session: string,
  payload: unknown
): string {
  ensureEventsDir();

  const id = `${Date.now()}_${Math.random().toString(36).slice(2)}`;
  const event: Event = {
    id,
    type,
    session,
    payload,
    timestamp: Date.now(),
    acknowledged: []
  };

  fs.writeFileSync(
    path.join(EVENTS_DIR, `${id}.json`),
    JSON.stringify(event, null, 2)
  );

  return id;
}

function getUnacknowledgedEvents(session: string): Event[] {
  ensureEventsDir();

  const events: Event[] = [];

  for (const file of fs.readdirSync(EVENTS_DIR)) {
    if (!file.endsWith(".json")) continue;

    const event: Event = JSON.parse(
      fs.readFileSync(path.join(EVENTS_DIR, file), "utf-8")
    );

    // Skip own events
    if (event.session === session) continue;

    // Skip acknowledged events
    if (event.acknowledged.includes(session)) continue;

    events.push(event);
  }

  return events.sort((a, b) => a.timestamp - b.timestamp);
}

function acknowledgeEvent(eventId: string, session: string): void {
  const eventPath = path.join(EVENTS_DIR, `${eventId}.json`);

  if (!fs.existsSync(eventPath)) return;

  const event: Event = JSON.parse(fs.readFileSync(eventPath, "utf-8"));
  event.acknowledged.push(session);
  fs.writeFileSync(eventPath, JSON.stringify(event, null, 2));
}

// Clean up old events
function cleanupEvents(maxAgeMs: number = 3600000): void {
  ensureEventsDir();

  const now = Date.now();

  for (const file of fs.readdirSync(EVENTS_DIR)) {
    if (!file.endsWith(".json")) continue;

    const eventPath = path.join(EVENTS_DIR, file);
    const event: Event = JSON.parse(fs.readFileSync(eventPath, "utf-8"));

    if (now - event.timestamp > maxAgeMs) {
      fs.unlinkSync(eventPath);
    }
  }
}

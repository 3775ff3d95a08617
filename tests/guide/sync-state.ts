import * as fs from "fs";

interface ParallelState {
  sessions: Record<string, SessionState>;
  completed_tasks: string[];
  pending_handoffs: Handoff[];
  conflicts: string[];
}

interface SessionState {
  name: string;
  status: "active" | "idle" | "blocked";
  current_task: string | null;
  last_update: number;
}

interface Handoff {
  from: string;
  to: string;
  task: string;
  context: string;
  timestamp: number;
}

const STATE_FILE = ".claude/parallel-state.json";

function loadState(): ParallelState {
  if (fs.existsSync(STATE_FILE)) {
    return JSON.parse(fs.readFileSync(STATE_FILE, "utf-8"));
  }
  return {
    sessions: {},
    completed_tasks: [],
    pending_handoffs: [],
    conflicts: []
  };
}

function saveState(state: ParallelState): void {
  fs.writeFileSync(STATE_FILE, JSON.stringify(state, null, 2));
}

// Session registration
function registerSession(name: string): void {
  const state = loadState();
  state.sessions[name] = {
    name,
    status: "active",
    current_task: null,
    last_update: Date.now()
  };
  saveState(state);
}

// Task completion
function completeTask(session: string, task: string): void {
  const state = loadState();
  state.completed_tasks.push(task);
  if (state.sessions[session]) {
    state.sessions[session].current_task = null;
    state.sessions[session].last_update = Date.now();
  }
  saveState(state);
}

// Request handoff
function requestHandoff(from: string, to: string, task: string, context: string): void {
  const state = loadState();
  state.pending_handoffs.push({
    from,
    to,
    task,
    context,
    timestamp: Date.now()
  });
  saveState(state);
}

// Check for handoffs
function checkHandoffs(session: string): Handoff[] {
  const state = loadState();
  return state.pending_handoffs.filter(h => h.to === session);
}

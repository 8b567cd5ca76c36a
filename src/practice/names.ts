/** Invented names that the practice factory is made of. None is a real person, firm or host. */

export const OWNER = 'tidewater'

export const PEOPLE = ['odile', 'bram', 'sanna', 'teo', 'marisol', 'ivo'] as const

/** The account under which the factory's lanes open pull requests. */
export const LANE_ACCOUNT = 'lane-agent'

/** The account under which the console lands. */
export const DOCK_ACCOUNT = 'dock'

/** The account that merges what is clean. */
export const MARSHAL_ACCOUNT = 'marshal'

/** What the repositories' modules, the lanes and the pull requests are about. */
export const TOPICS = [
  'berth-ledger',
  'tide-table',
  'crane-roster',
  'cargo-index',
  'pilot-queue',
  'customs-form',
  'buoy-map',
  'weather-feed',
  'manifest-parser',
  'fuel-meter',
  'gate-pass',
  'yard-slots',
  'lock-timer',
  'signal-mast',
  'harbor-fees',
  'dredge-plan',
] as const

export const VERBS = [
  'add',
  'bound',
  'cache',
  'drop',
  'extend',
  'guard',
  'index',
  'merge',
  'narrow',
  'retry',
  'split',
  'stream',
] as const

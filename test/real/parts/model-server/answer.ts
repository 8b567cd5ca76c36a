/** What a model server answers, whichever API it speaks. */
export type Answer =
  /** Asks the agent to run that. */
  | { kind: 'run'; command: string }
  | { kind: 'say'; text: string }
  /** A whole answer that holds nothing. */
  | { kind: 'nothing' }
  | { kind: 'refuse'; status: number; error: object }
  /** The connection falls in the middle. */
  | { kind: 'cut' }
  /** It begins, and says nothing more until the server closes. */
  | { kind: 'silence' }

export const run = (command: string): Answer => ({ kind: 'run', command })
export const say = (text: string): Answer => ({ kind: 'say', text })
export const refuse = (status: number, error: object): Answer => ({ kind: 'refuse', status, error })

/** One request of an agent, as its API tells it. */
export interface Question {
  /** Outputs of tools that the agent has sent back since a person last spoke. */
  step: number
  /** All that people said in this thread, the newest last. */
  said: string
  /** Whether it may be asked to run something: side questions have no tools. */
  canRun: boolean
}

export interface SentEvent {
  type: string
}

/** The wire of one API. `id` is different for each answer. */
export interface ModelApi {
  /** How the path of its requests ends. */
  path: string
  read(body: Record<string, unknown>): Question
  /** What opens an answer that never ends. */
  opening(body: Record<string, unknown>, id: number): SentEvent
  events(body: Record<string, unknown>, answer: Whole, id: number): SentEvent[]
  refusal(error: object): object
}

export type Whole = Extract<Answer, { kind: 'run' | 'say' | 'nothing' }>

/** How each engine is told to work without a person: the words after its program. The prompt goes by stdin. */
import type { Engine } from '../../state/words.ts'

interface EngineCommand {
  launch(model: string | null): string[]
  resume(threadId: string, model: string | null): string[]
}

const modelWords = (flag: string, model: string | null) => (model === null ? [] : [flag, model])

const CLAUDE = ['-p', '--output-format', 'stream-json', '--verbose']

const COMMANDS: Record<Engine, EngineCommand> = {
  codex: {
    launch: model => ['exec', '--json', ...modelWords('-m', model), '-'],
    resume: (thread, model) => [
      'exec',
      '--json',
      ...modelWords('-m', model),
      'resume',
      thread,
      '-',
    ],
  },
  claude: {
    launch: model => [...CLAUDE, ...modelWords('--model', model)],
    resume: (thread, model) => [...CLAUDE, ...modelWords('--model', model), '--resume', thread],
  },
}

export const launchWords = (engine: Engine, model: string | null): string[] =>
  COMMANDS[engine].launch(model)

export const resumeWords = (engine: Engine, threadId: string, model: string | null): string[] =>
  COMMANDS[engine].resume(threadId, model)

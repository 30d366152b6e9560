import { compileChatTemplate } from '../../../formats/chat-template.ts';
import type { OutputFormat } from '../../../formats/output-format.ts';
import { recogniseFormat } from '../../../formats/recognise-format.ts';
import { callFormat } from '../../../formats/spoken-format.ts';
import type { TemplateCapabilities } from '../../../formats/template-capabilities.ts';
import { probeThinking, type ThinkingControl } from '../../../formats/thinking-control.ts';

/** What a model's chat template tells of how it is asked and how it answers. */
export interface TemplateFacts {
  /** How it writes answers. */
  readonly format: OutputFormat;
  /** How it writes them where functions are offered. */
  readonly callFormat: OutputFormat;
  readonly capabilities: TemplateCapabilities;
  readonly thinking: ThinkingControl;
}

/** Finds out by rendering small prompts. */
export function describeTemplate(source: string): TemplateFacts {
  const format = recogniseFormat(source);
  const { capabilities, ...template } = compileChatTemplate({
    source,
    bosText: '',
    eosText: '',
    controlTexts: [],
    userDefinedTexts: [],
  });
  return {
    format,
    callFormat: callFormat(format, capabilities),
    capabilities,
    thinking: probeThinking({ capabilities, ...template }, format, source),
  };
}

import { useModel } from '@/api/metadata';
import type { DefinitionUse, FieldBody } from '@/api/definitions';
import { useObjectDefinitions } from '@/api/definitions';
import { useLabel, useTexts } from '@/i18n';
import { sourceOf } from './summary/valueSource';
import { summaryTexts } from './summary/texts';
import { objectsTexts, typeTexts, useTextsOfUses } from './texts';

/** Names of objects and fields as people read them, those out of use included. */
export function useObjectNames() {
  const label = useLabel();
  const model = useModel();
  const listed = useObjectDefinitions().data?.objects;
  return {
    object: (name: string): string => label(model.object(name)?.label ?? listed?.find((one) => one.name === name)?.label) || name,
    field: (object: string, name: string): string => label(model.object(object)?.field(name)?.label) || name,
  };
}

/** The type of a field in words, with what calculates it. */
export function useTypeName() {
  const t = useTexts(objectsTexts);
  const types = useTexts(typeTexts);
  const sources = useTexts(summaryTexts);
  return (field: FieldBody): string => {
    const source = sourceOf(field);
    return source === 'written' ? types(field.type) : t('kindAndType', { kind: sources(`source_${source}`), type: types(field.type) });
  };
}

/** One place of use as a sentence, and the address where it is. */
export function useUseWords() {
  const t = useTexts(objectsTexts);
  const kinds = useTexts(useTextsOfUses);
  const names = useObjectNames();
  return (use: DefinitionUse): { text: string; to: string } => {
    const known = use.kind in useTextsOfUses ? kinds(use.kind as keyof typeof useTextsOfUses) : names.object(use.kind);
    if (use.record) return { text: `${known} · ${use.record.name}`, to: `/o/${use.record.object}/${use.record.id}` };
    const place = use.field ? t('useOfField', { object: names.object(use.object), field: names.field(use.object, use.field) }) : names.object(use.object);
    return { text: `${place} · ${known}`, to: `/settings/objects/${use.object}/${use.field ? 'fields' : 'overview'}` };
  };
}

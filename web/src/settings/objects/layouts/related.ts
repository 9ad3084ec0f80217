import { isLink, type Model, type ObjectModel } from '@/api/metadata';
import type { RelatedBody } from '@/api/layouts';
import type { FieldMeta, Label } from '@/api/types';

export interface RelatedChoice {
  body: RelatedBody;
  label: Label;
}

const targets = (field: FieldMeta): string[] => (field.type === 'user' ? ['user'] : field.type === 'department' ? ['department'] : field.targets?.length ? field.targets : field.target ? [field.target] : []);

/** The lists of other records that can stand on a page of `object`: a choice for each lookup that leads here. */
export function relatedChoices(model: Model, object: ObjectModel): RelatedChoice[] {
  return model.objects.flatMap((child) => {
    const links = child.fields.filter((field) => isLink(field) && !field.system && targets(field).includes(object.name));
    return links.map((field): RelatedChoice => ({
      body: { object: child.name, field: field.name, columns: columnsOf(child, field) },
      // Where several lookups lead here, each says which it is.
      label: links.length === 1 ? child.plural : { zh: `${child.plural.zh}（${field.label.zh}）`, en: `${child.plural.en} (${field.label.en})` },
    }));
  });
}

const COLUMNS = 4;

function columnsOf(child: ObjectModel, link: FieldMeta): string[] {
  const wanted = [child.name_field, ...(child.stage_field ? [child.stage_field] : []), ...child.layout.highlights, ...child.layout.sections.flatMap(({ fields }) => fields)];
  const known = [...new Set(wanted)].filter((name) => name !== link.name && child.field(name));
  return known.slice(0, COLUMNS);
}

export const relatedLabel = (model: Model, related: RelatedBody): Label => {
  const child = model.object(related.object);
  return related.label ?? child?.plural ?? { zh: related.object, en: related.object };
};

import type { Label } from '@/api/types';

interface Editor {
  address: (id: string) => string;
  label: Label;
}

/** Objects whose records have an editor beside their form, because a form cannot show what belongs together. */
export const EDITORS: Readonly<Record<string, Editor | undefined>> = {
  role: { address: (id) => `/settings/roles/${id}`, label: { zh: '数据范围', en: 'Reach' } },
  print_template: { address: (id) => `/settings/print/${id}`, label: { zh: '编辑模板', en: 'Edit the template' } },
  dimension: { address: (id) => `/settings/dimensions?at=${id}`, label: { zh: '维度设置', en: 'Values and objects' } },
};

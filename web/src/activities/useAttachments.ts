import { useState } from 'react';
import { uploadFile } from '@/api/files';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { activityTexts } from './texts';

export interface Attachment {
  /** The file's id; undefined while it is on its way. */
  id?: string;
  key: string;
  name: string;
  picture: boolean;
}

const MOST = 20;
let last = 0;

/** Files that are uploaded at once and go with what is posted. */
export function useAttachments() {
  const t = useTexts(activityTexts);
  const { failed, warn } = useFeedback();
  const [files, setFiles] = useState<Attachment[]>([]);
  const drop = (key: string) => { setFiles((held) => held.filter((one) => one.key !== key)); };
  const add = (chosen: Iterable<File>) => {
    const wanted = [...chosen];
    if (files.length + wanted.length > MOST) warn(t('tooMany', { n: MOST }));
    for (const file of wanted.slice(0, MOST - files.length)) {
      last += 1;
      const key = String(last);
      setFiles((held) => [...held, { key, name: file.name, picture: file.type.startsWith('image/') }]);
      uploadFile(file).then(
        (stored) => { setFiles((held) => held.map((one) => (one.key === key ? { ...one, id: stored.id } : one))); },
        (error: unknown) => { drop(key); failed(error); },
      );
    }
  };
  return { files, add, drop, clear: () => { setFiles([]); }, waiting: files.some(({ id }) => id === undefined) };
}

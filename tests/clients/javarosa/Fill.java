/* Collect's own engine (JavaRosa, out of ODK Validate's jar): fills in a form and writes the record.
   Arguments: form.xml, record.xml, then pairs of path and answer. Prints one line for each answer. */

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.services.storage.StorageManager;
import org.javarosa.core.services.storage.util.DummyIndexedStorageUtility;
import org.javarosa.core.services.transport.payload.ByteArrayPayload;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

public class Fill {
    public static void main(String[] given) throws Exception {
        StorageManager.setStorageFactory((name, type) -> new DummyIndexedStorageUtility<>());
        new JavaRosaCoreModule().registerModule();
        new CoreModelModule().registerModule();
        new XFormsModule().registerModule();
        Map<String, String> answers = new HashMap<>();
        for (int at = 2; at + 1 < given.length; at += 2) answers.put(given[at], given[at + 1]);
        FormDef form;
        try (InputStream in = new FileInputStream(given[0])) {
            form = XFormUtils.getFormFromInputStream(in);
        }
        FormEntryModel model = new FormEntryModel(form);
        FormEntryController controller = new FormEntryController(model);
        form.initialize(true, new org.javarosa.core.model.instance.InstanceInitializationFactory());
        while (controller.stepToNextEvent() != FormEntryController.EVENT_END_OF_FORM) {
            if (model.getEvent() != FormEntryController.EVENT_QUESTION) continue;
            String path = model.getFormIndex().getReference().toString(false);
            String answer = answers.get(path);
            if (answer == null) continue;
            int type = model.getQuestionPrompt().getDataType();
            IAnswerData data = type == org.javarosa.core.model.Constants.DATATYPE_INTEGER
                ? new IntegerData(Integer.parseInt(answer)) : new StringData(answer);
            int said = controller.answerQuestion(model.getFormIndex(), data, true);
            System.out.println(path + " " + said);
        }
        form.postProcessInstance();
        ByteArrayPayload payload =
            (ByteArrayPayload) new XFormSerializingVisitor().createSerializedPayload(form.getInstance());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        payload.getPayloadStream().transferTo(out);
        try (FileOutputStream file = new FileOutputStream(new File(given[1]))) {
            file.write(out.toByteArray());
        }
    }
}
